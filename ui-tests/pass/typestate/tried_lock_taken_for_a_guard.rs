//! `try_acquire` gives a guard only if the lock is free.

use underlock::Lock;

fn count(hits: &Lock<u64>) {
    if let Some(mut guard) = hits.try_acquire() {
        *guard += 1;
    }
}

fn main() {}
