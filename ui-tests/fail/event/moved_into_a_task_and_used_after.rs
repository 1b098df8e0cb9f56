//! Tasks share an event by an `Arc`, each with one of its own.

use std::sync::Arc;

use underlock::Event;

#[tokio::main]
async fn main() {
    let ready = Arc::new(Event::new());
    let task = tokio::spawn(async move { ready.wait().await });
    ready.set();
    task.await.unwrap();
}
