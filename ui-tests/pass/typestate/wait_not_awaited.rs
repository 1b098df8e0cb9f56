//! A wait that is not awaited does not wait.

#![deny(unused_must_use)]

use underlock::Condition;

async fn woken(ready: &Condition<bool>) {
    let guard = ready.acquire().await;
    let _guard = guard.wait().await;
}

fn main() {
    drop(woken(&Condition::new(false)));
}
