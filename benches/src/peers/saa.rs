//! saa. Spins in `poll` before it queues and again before it suspends.

use ::saa::lock_api::{Mutex, MutexGuard, lock_async};

use crate::suite::{Order, Peer, Suite};
use crate::traits::{Lock, Shared};

static PEER: Peer = Peer { name: "saa", order: Order::Barging, cancel_safe: true, absent: &[] };

pub(crate) fn register(suite: &mut Suite) {
    suite.peer(&PEER).lock::<Mutex<u64>>();
}

impl Shared for Mutex<u64> {}

impl Lock for Mutex<u64> {
    type Guard<'a> = MutexGuard<'a, u64>;

    fn new() -> Self {
        Self::new(0)
    }

    fn lock(&self) -> impl Future<Output = Self::Guard<'_>> + Send {
        lock_async(self)
    }

    fn try_lock(&self) -> Option<Self::Guard<'_>> {
        self.try_lock()
    }
}
