//! All who wait for an event are woken by setting it.

use underlock::Event;

fn stop(stopped: &Event) {
    stopped.notify_waiters();
}

fn main() {}
