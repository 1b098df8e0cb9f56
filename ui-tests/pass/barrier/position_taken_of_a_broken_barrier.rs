//! A position is there if the barrier was not broken.

use underlock::Barrier;

#[tokio::main]
async fn main() {
    let barrier = Barrier::new(1);
    if barrier.wait().await.is_ok_and(|position| position.is_leader()) {
        println!("first");
    }
}
