//! tokio-condvar: a condition variable for tokio's `Mutex`, on its `Notify`. A notification is lost
//! with a waiter that is cancelled before it reacquires the lock.

use ::tokio::sync::{Mutex, MutexGuard};

use crate::suite::{Order, Peer, Suite};
use crate::traits::{Apart, Condvar, State};

static PEER: Peer =
    Peer { cancel_safe: false, ..Peer::new("tokio-condvar", "tokio-condvar", Order::Fifo) };

pub(crate) fn register(suite: &mut Suite) {
    suite.peer(&PEER).condition::<Apart<::tokio_condvar::Condvar>>();
}

impl Condvar for ::tokio_condvar::Condvar {
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
        _: &'a Self::Mutex,
        guard: Self::Guard<'a>,
    ) -> impl Future<Output = Self::Guard<'a>> + Send {
        self.wait(guard)
    }

    fn notify_one(&self) {
        self.notify_one();
    }

    fn notify_all(&self) {
        self.notify_all();
    }
}
