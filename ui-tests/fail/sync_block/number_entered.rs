//! Only what can be held is entered.

use underlock::sync_block;

#[tokio::main]
async fn main() {
    let lock = 5;
    sync_block!(value = lock, {
        println!("{value}");
    });
}
