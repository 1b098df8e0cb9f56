//! Tasks share an event by an `Arc`, each with one of its own.

use std::sync::Arc;

use underlock::Event;

#[tokio::main]
async fn main() {
    let ready = Arc::new(Event::new());
    let its_own = Arc::clone(&ready);
    let task = tokio::spawn(async move { its_own.wait().await });
    ready.set();
    task.await.unwrap();
}
