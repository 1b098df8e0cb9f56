//! A bounded semaphore is entered in async code: entering may have to wait.

use underlock::{BoundedSemaphore, sync_block};

async fn enter(entered: &BoundedSemaphore) {
    sync_block!(_ = entered, {
        println!("entered");
    });
}

fn main() {
    drop(enter(&BoundedSemaphore::new(1)));
}
