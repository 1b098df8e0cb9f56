//! underlock, with default features.

use ::underlock::{Guard, Lock as UnderLock};

use crate::suite::{Order, Peer, Suite};
use crate::traits::{Lock, Shared};

static PEER: Peer = Peer { name: "underlock", order: Order::Fifo, cancel_safe: true, absent: &[] };

pub(crate) fn register(suite: &mut Suite) {
    suite.peer(&PEER).lock::<UnderLock<u64>>();
}

impl Shared for UnderLock<u64> {}

impl Lock for UnderLock<u64> {
    type Guard<'a> = Guard<'a, u64>;

    fn new() -> Self {
        Self::new(0)
    }

    fn lock(&self) -> impl Future<Output = Self::Guard<'_>> + Send {
        self.acquire()
    }

    fn try_lock(&self) -> Option<Self::Guard<'_>> {
        self.try_acquire()
    }
}
