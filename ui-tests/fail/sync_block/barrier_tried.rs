//! A barrier always waits: it is not tried.

use underlock::{Barrier, Busy, sync_block};

#[tokio::main]
async fn main() -> Result<(), Busy> {
    let barrier = Barrier::new(1);
    sync_block!(_ = barrier.now(), {
        println!("all are here");
    })
}
