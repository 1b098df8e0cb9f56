//! A barrier is entered in async code: entering may have to wait.

use underlock::{Barrier, sync_block};

async fn enter(entered: &Barrier) {
    sync_block!(_ = entered, {
        println!("entered");
    });
}

fn main() {
    drop(enter(&Barrier::new(1)));
}
