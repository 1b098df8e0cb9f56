//! The guard waits for a condition: it gives the lock up meanwhile, and comes back with it.

use underlock::Condition;

async fn woken(ready: &Condition<bool>) -> bool {
    let mut guard = ready.acquire().await;
    guard = guard.wait().await;
    *guard
}

fn main() {
    drop(woken(&Condition::new(false)));
}
