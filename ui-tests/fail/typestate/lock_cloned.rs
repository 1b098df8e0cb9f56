//! A lock is shared by reference or in an `Arc`, and not cloned.

use underlock::Lock;

fn share() -> [impl Send; 2] {
    let hits = Lock::new(0);
    let other = hits.clone();
    [hits, other]
}

fn main() {}
