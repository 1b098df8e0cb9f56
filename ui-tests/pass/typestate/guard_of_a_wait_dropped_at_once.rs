//! What a wait gives back is the guard: without a name the lock is released at once.

#![deny(unused_must_use)]

use underlock::Condition;

async fn woken(ready: &Condition<bool>) {
    let guard = ready.acquire().await;
    let _guard = guard.wait_for(|ready| *ready).await;
    println!("held");
}

fn main() {
    drop(woken(&Condition::new(false)));
}
