//! A wait takes the guard itself, so nobody else may be using it.

use underlock::Condition;

async fn woken(guard: underlock::ConditionGuard<'_, u32>) -> u32 {
    let guard = guard.wait().await;
    *guard
}

fn main() {
    let version = Condition::new(0);
    drop(woken(version.try_acquire().unwrap()));
}
