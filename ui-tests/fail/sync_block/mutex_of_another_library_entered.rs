//! A lock of another library is entered once it implements `Enter`.

use underlock::sync_block;

#[tokio::main]
async fn main() {
    let lock = std::sync::Mutex::new(5);
    sync_block!(value = lock, {
        *value += 1;
    });
}
