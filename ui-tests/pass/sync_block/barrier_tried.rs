//! A barrier always waits: it is not tried.

use underlock::{Barrier, sync_block};

#[tokio::main]
async fn main() {
    let barrier = Barrier::new(1);
    sync_block!(_ = barrier, {
        println!("all are here");
    });
}
