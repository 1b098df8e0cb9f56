//! The limit of a wait is a `Duration`.

use std::time::Duration;

use underlock::Condition;

async fn next(inbox: &Condition<Vec<String>>) -> Option<String> {
    let guard = inbox.acquire().await;
    let (_guard, letter) = guard.wait_for_some(Vec::pop).within(Duration::from_secs(5)).await;
    letter
}

fn main() {}
