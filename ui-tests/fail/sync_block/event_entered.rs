//! An event is waited for: there is nothing to hold.

use underlock::Event;

#[tokio::main]
async fn main() {
    let posted = Event::new();
    posted.set();
    underlock::sync_block!(_ = posted, {
        println!("posted");
    });
}
