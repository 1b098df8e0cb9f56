//! `try_acquire` gives a guard only if the lock is free.

use underlock::Lock;

fn count(hits: &Lock<u64>) {
    *hits.try_acquire() += 1;
}

fn main() {}
