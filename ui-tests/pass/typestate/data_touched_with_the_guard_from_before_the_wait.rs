//! A wait takes the guard and gives one back: go on with that one.

use underlock::Condition;

async fn next_version(version: &Condition<u64>) -> u64 {
    let mut guard = version.acquire().await;
    guard = guard.wait().await;
    *guard
}

fn main() {
    drop(next_version(&Condition::new(0)));
}
