//! A party is in one task at a time.

use underlock::Barrier;

#[tokio::main]
async fn main() {
    let [mut left] = Barrier::split();
    let task = tokio::spawn(async move {
        left.wait().await.unwrap();
        left
    });
    let mut left = task.await.unwrap();
    left.wait().await.unwrap();
}
