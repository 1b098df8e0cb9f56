//! A semaphore is entered in async code: entering may have to wait.

use underlock::{Semaphore, sync_block};

async fn enter(entered: &Semaphore) {
    sync_block!(_ = entered, {
        println!("entered");
    });
}

fn main() {
    drop(enter(&Semaphore::new(1)));
}
