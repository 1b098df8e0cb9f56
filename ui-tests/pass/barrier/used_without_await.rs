//! A barrier is passed once its wait has been awaited, not before.

use underlock::Barrier;

#[tokio::main]
async fn main() {
    let barrier = Barrier::new(1);
    let position = barrier.wait().await.unwrap();
    println!("{}", position.index());
}
