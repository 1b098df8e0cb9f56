//! A semaphore that is to be closed says so by its type.

use underlock::BoundedSemaphore;

struct Server {
    slots: BoundedSemaphore,
}

impl Server {
    fn shut_down(&self) {
        self.slots.close();
    }
}

fn main() {}
