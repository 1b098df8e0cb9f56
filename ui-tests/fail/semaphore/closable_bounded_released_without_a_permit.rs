//! A bounded semaphore can't be released without a permit, closable or not.

use underlock::{BoundedSemaphore, Closable};

fn finish(slots: &Closable<BoundedSemaphore>) {
    slots.release();
}

fn main() {}
