//! A condition with a lock of its own is entered once: inside its block the guard is there already.

use underlock::{Condition, sync_block};

struct Switch {
    changed: Condition<bool>,
}

impl Switch {
    async fn announce(&self) {
        sync_block!(state = self.changed, {
            *state = true;
            state.notify_all();
        });
    }
}

fn main() {}
