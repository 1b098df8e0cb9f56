//! A barrier is entered in async code: entering may have to wait.

use underlock::{Barrier, sync_block};

fn enter(entered: &Barrier) {
    sync_block!(_ = entered, {
        println!("entered");
    });
}

fn main() {
    enter(&Barrier::new(1));
}
