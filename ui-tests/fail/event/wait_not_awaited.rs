//! A future that is not awaited does nothing: nothing waits for the event.

#![deny(unused_must_use)]

use underlock::Event;

#[tokio::main]
async fn main() {
    let ready = Event::new();
    ready.set();
    ready.wait();
}
