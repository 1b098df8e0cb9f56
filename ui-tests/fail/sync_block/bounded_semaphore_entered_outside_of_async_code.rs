//! A bounded semaphore is entered in async code: entering may have to wait.

use underlock::{BoundedSemaphore, sync_block};

fn enter(entered: &BoundedSemaphore) {
    sync_block!(_ = entered, {
        println!("entered");
    });
}

fn main() {
    enter(&BoundedSemaphore::new(1));
}
