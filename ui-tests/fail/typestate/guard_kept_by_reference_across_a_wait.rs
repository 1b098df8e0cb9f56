//! A wait takes the guard itself, so nobody else may be using it.

use underlock::Condition;

async fn woken(guard: &mut underlock::ConditionGuard<'_, u32>) -> u32 {
    guard.wait().await;
    **guard
}

fn main() {
    let version = Condition::new(0);
    drop(woken(&mut version.try_acquire().unwrap()));
}
