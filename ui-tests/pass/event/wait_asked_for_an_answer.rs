//! Whether an event is set is asked by `is_set`; `wait` waits.

use underlock::Event;

#[tokio::main]
async fn main() {
    let ready = Event::new();
    if ready.is_set() {
        println!("ready");
    }
}
