//! Only the condition of a guarded struct shares a lock: elsewhere a condition has its own.

use underlock::Condition;

struct Switch {
    turned: Condition<bool>,
}

fn main() {
    let switch = Switch { turned: Condition::shared() };
    assert!(!switch.turned.is_locked());
}
