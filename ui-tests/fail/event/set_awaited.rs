//! Setting an event does not wait for anything.

use underlock::Event;

#[tokio::main]
async fn main() {
    let ready = Event::new();
    ready.set().await;
    ready.wait().await;
}
