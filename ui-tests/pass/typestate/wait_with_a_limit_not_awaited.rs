//! A wait with a limit releases the lock, and waits, once it is awaited.

#![deny(unused_must_use)]

use std::time::Duration;

use underlock::Condition;

async fn pause(ready: &Condition<bool>) {
    let guard = ready.acquire().await;
    let (_guard, _met) = guard.wait_for(|ready| *ready).within(Duration::from_secs(1)).await;
}

fn main() {
    drop(pause(&Condition::new(false)));
}
