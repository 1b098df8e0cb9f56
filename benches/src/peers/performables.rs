//! performables, in its asynchronous mode. Newcomers overtake the queue.

use ::performables::sync::Async;
use ::performables::sync::mutex::{Mutex, MutexGuard};

use crate::suite::{Order, Peer, Suite};
use crate::traits::{Lock, Shared};

static PEER: Peer =
    Peer { name: "performables", order: Order::Barging, cancel_safe: true, absent: &[] };

pub(crate) fn register(suite: &mut Suite) {
    suite.peer(&PEER).lock::<Mutex<u64, Async>>();
}

impl Shared for Mutex<u64, Async> {}

impl Lock for Mutex<u64, Async> {
    type Guard<'a> = MutexGuard<'a, u64, Async>;

    fn new() -> Self {
        Self::new(0)
    }

    fn lock(&self) -> impl Future<Output = Self::Guard<'_>> + Send {
        self.lock_async()
    }

    fn try_lock(&self) -> Option<Self::Guard<'_>> {
        self.try_lock()
    }
}
