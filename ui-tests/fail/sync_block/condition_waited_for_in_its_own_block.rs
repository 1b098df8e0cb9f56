//! A condition with a lock of its own is waited for by its guard, inside its block too.

use underlock::{Condition, sync_block};

async fn until_ready(ready: &Condition<bool>) {
    sync_block!(state = ready, {
        while !*state {
            ready.wait().await;
        }
    });
}

fn main() {}
