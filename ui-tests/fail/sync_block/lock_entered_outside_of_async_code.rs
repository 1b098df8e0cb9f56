//! A lock is entered in async code: entering may have to wait.

use underlock::{Lock, sync_block};

fn enter(entered: &Lock<u32>) {
    sync_block!(_ = entered, {
        println!("entered");
    });
}

fn main() {
    enter(&Lock::new(0));
}
