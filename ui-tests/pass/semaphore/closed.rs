//! A semaphore that is to be closed says so by its type.

use underlock::{BoundedSemaphore, Closable};

struct Server {
    slots: Closable<BoundedSemaphore>,
}

impl Server {
    fn shut_down(&self) {
        self.slots.close();
    }
}

fn main() {}
