//! A barrier always waits: it is not tried.

use underlock::{Barrier, sync_block};

#[tokio::main]
async fn main() {
    let barrier = Barrier::new(1);
    match sync_block!(_ = barrier.now(), {
        println!("all are here");
    }) { Ok(value) => value, Err(_) => {
        println!("some are not");
    } };
}
