//! A condition is entered in async code: entering may have to wait.

use underlock::{Condition, sync_block};

async fn enter(entered: &Condition<u32>) {
    sync_block!(_ = entered, {
        println!("entered");
    });
}

fn main() {
    drop(enter(&Condition::new(0)));
}
