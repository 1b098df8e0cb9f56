//! An event is waited for in async code; elsewhere it can be asked.

use underlock::Event;

fn proceed(ready: &Event) -> bool {
    ready.wait().await;
    true
}

fn main() {}
