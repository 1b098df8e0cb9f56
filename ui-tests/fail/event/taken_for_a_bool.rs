//! An event is asked by `is_set`.

use underlock::Event;

fn proceed(ready: &Event) -> bool {
    *ready
}

fn main() {}
