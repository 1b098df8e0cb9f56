//! futures-intrusive, in both of its modes. It has no condition and no barrier.

use ::futures_intrusive::sync::{ManualResetEvent, Mutex, MutexGuard, SemaphoreReleaser};

use crate::suite::{Order, Peer, Suite};
use crate::traits::{Event, Lock, ManySemaphore, Semaphore, Shared};

static FAIR: Peer = Peer::new("futures-intrusive", "futures-intrusive", Order::Fifo);

static UNFAIR: Peer = Peer::new("futures-intrusive-unfair", "futures-intrusive", Order::Barging);

pub(crate) fn register(suite: &mut Suite) {
    suite
        .peer(&FAIR)
        .lock::<Mode<true, Mutex<u64>>>()
        .event::<ManualResetEvent>()
        .many_semaphore::<Mode<true, ::futures_intrusive::sync::Semaphore>>();
    suite
        .peer(&UNFAIR)
        .lock::<Mode<false, Mutex<u64>>>()
        .many_semaphore::<Mode<false, ::futures_intrusive::sync::Semaphore>>();
}

/// A primitive made in its fair or unfair mode.
struct Mode<const FAIR: bool, P>(P);

impl<const FAIR: bool, P> Shared for Mode<FAIR, P> {}

impl<const FAIR: bool> Lock for Mode<FAIR, Mutex<u64>> {
    const SIZE: usize = size_of::<Mutex<()>>();

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

impl Shared for ManualResetEvent {}

impl Event for ManualResetEvent {
    fn new() -> Self {
        Self::new(false)
    }

    fn set(&self) {
        self.set();
    }

    fn clear(&self) {
        self.reset();
    }

    fn is_set(&self) -> bool {
        self.is_set()
    }

    fn wait(&self) -> impl Future<Output = ()> + Send {
        self.wait()
    }
}

impl<const FAIR: bool> Semaphore for Mode<FAIR, ::futures_intrusive::sync::Semaphore> {
    type Permit<'a> = SemaphoreReleaser<'a>;

    fn new(permits: usize) -> Self {
        Self(::futures_intrusive::sync::Semaphore::new(FAIR, permits))
    }

    fn available(&self) -> usize {
        self.0.permits()
    }

    fn acquire(&self) -> impl Future<Output = Self::Permit<'_>> + Send {
        self.0.acquire(1)
    }
}

impl<const FAIR: bool> ManySemaphore for Mode<FAIR, ::futures_intrusive::sync::Semaphore> {
    fn acquire_many(&self, n: usize) -> impl Future<Output = Self::Permit<'_>> + Send {
        self.0.acquire(n)
    }
}
