//! Only what can be held is entered.

use underlock::{Lock, sync_block};

#[tokio::main]
async fn main() {
    let lock = Lock::new(5);
    sync_block!(value = lock, {
        println!("{value}");
    });
}
