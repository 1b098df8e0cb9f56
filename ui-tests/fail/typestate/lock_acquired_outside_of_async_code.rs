//! Outside of async code a lock is tried, or waited for by blocking the thread.

use underlock::Lock;

fn count(hits: &Lock<u64>) {
    *hits.acquire().await += 1;
}

fn main() {}
