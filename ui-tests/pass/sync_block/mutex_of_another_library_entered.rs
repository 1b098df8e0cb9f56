//! A lock of another library is entered once it implements `Enter`.

use underlock::{Lock, sync_block};

#[tokio::main]
async fn main() {
    let lock = Lock::new(5);
    sync_block!(value = lock, {
        *value += 1;
    });
}
