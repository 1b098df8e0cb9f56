//! async-condvar-fair, with tokio's `Mutex`.

use ::tokio::sync::{Mutex, MutexGuard};

use crate::suite::{Order, Peer, Suite};
use crate::traits::{Apart, Condvar, State};

const HANGS: &str =
    "hangs: of two notifications sent before the first waiter runs, one may be lost";

static PEER: Peer = Peer {
    absent: &[("condition/buffer", HANGS), ("condition/small-buffer", HANGS)],
    ..Peer::new("async-condvar-fair", "async-condvar-fair", Order::Fifo)
};

pub(crate) fn register(suite: &mut Suite) {
    suite.peer(&PEER).condition::<Apart<::async_condvar_fair::Condvar>>();
}

impl Condvar for ::async_condvar_fair::Condvar {
    type Mutex = Mutex<State>;
    type Guard<'a> = MutexGuard<'a, State>;

    fn new() -> Self {
        Self::new()
    }

    fn mutex() -> Self::Mutex {
        Mutex::new(State::default())
    }

    fn lock(mutex: &Self::Mutex) -> impl Future<Output = Self::Guard<'_>> + Send {
        mutex.lock()
    }

    fn wait<'a>(
        &'a self,
        mutex: &'a Self::Mutex,
        guard: Self::Guard<'a>,
    ) -> impl Future<Output = Self::Guard<'a>> + Send {
        self.wait((guard, mutex))
    }

    fn notify_one(&self) {
        self.notify_one();
    }

    fn notify_all(&self) {
        self.notify_all();
    }
}
