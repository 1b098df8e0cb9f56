//! A party is in one task at a time.

use underlock::Barrier;

#[tokio::main]
async fn main() {
    let [mut left] = Barrier::split();
    let task = tokio::spawn(async move { left.wait().await.is_ok() });
    left.wait().await.unwrap();
    task.await.unwrap();
}
