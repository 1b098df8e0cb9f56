//! A bounded semaphore can't be released without a permit, closable or not.

use underlock::{BoundedSemaphore, Closable, Permit};

fn finish(permit: Permit<'_, Closable<BoundedSemaphore>>) {
    permit.release();
}

fn main() {}
