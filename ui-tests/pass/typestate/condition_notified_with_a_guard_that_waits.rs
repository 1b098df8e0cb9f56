//! While a guard waits it can't notify: notify first, then wait.

use underlock::Condition;

async fn pass_the_turn(turn: &Condition<u32>) {
    let guard = turn.acquire().await;
    guard.notify_one();
    let waiting = guard.wait();
    waiting.await.release();
}

fn main() {
    drop(pass_the_turn(&Condition::new(0)));
}
