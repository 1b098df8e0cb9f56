//! What is awaited is a wait for the event, not the event.

use underlock::Event;

#[tokio::main]
async fn main() {
    let ready = Event::new();
    ready.set();
    ready.await;
}
