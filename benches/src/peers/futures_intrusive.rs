//! futures-intrusive, in both of its modes.

use ::futures_intrusive::sync::{Mutex, MutexGuard};

use crate::suite::{Order, Peer, Suite};
use crate::traits::{Lock, Shared};

static FAIR: Peer =
    Peer { name: "futures-intrusive", order: Order::Fifo, cancel_safe: true, absent: &[] };

static UNFAIR: Peer = Peer {
    name: "futures-intrusive-unfair",
    order: Order::Barging,
    cancel_safe: true,
    absent: &[],
};

pub(crate) fn register(suite: &mut Suite) {
    suite.peer(&FAIR).lock::<Mode<true, Mutex<u64>>>();
    suite.peer(&UNFAIR).lock::<Mode<false, Mutex<u64>>>();
}

/// A primitive made in its fair or unfair mode.
struct Mode<const FAIR: bool, P>(P);

impl<const FAIR: bool, P> Shared for Mode<FAIR, P> {}

impl<const FAIR: bool> Lock for Mode<FAIR, Mutex<u64>> {
    type Guard<'a> = MutexGuard<'a, u64>;

    fn new() -> Self {
        Self(Mutex::new(0, FAIR))
    }

    fn lock(&self) -> impl Future<Output = Self::Guard<'_>> + Send {
        self.0.lock()
    }

    fn try_lock(&self) -> Option<Self::Guard<'_>> {
        self.0.try_lock()
    }
}
