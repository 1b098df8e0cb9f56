//! A reference to an event is not a future either: its `wait` is.

use underlock::Event;

async fn run(stopped: &Event) {
    stopped.await;
}

fn main() {}
