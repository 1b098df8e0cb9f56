//! async-lock. Newcomers overtake the queue; who has queued for half a millisecond goes first.

use ::async_lock::{Mutex, MutexGuard};

use crate::suite::{Order, Peer, Suite};
use crate::traits::{Lock, Shared};

static PEER: Peer =
    Peer { name: "async-lock", order: Order::Barging, cancel_safe: true, absent: &[] };

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
        self.lock()
    }

    fn try_lock(&self) -> Option<Self::Guard<'_>> {
        self.try_lock()
    }
}
