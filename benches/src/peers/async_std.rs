//! async-std's condition variable, with async-lock's mutex, which allows barging.

use ::async_std::sync::{Mutex, MutexGuard};

use crate::suite::{Order, Peer, Suite};
use crate::traits::{Apart, Condvar, State};

static PEER: Peer = Peer {
    cancel_safe: false,
    absent: &[("scaling/notify-one", "does not notify in order of arrival")],
    ..Peer::new("async-std", "async-std", Order::Barging)
};

pub(crate) fn register(suite: &mut Suite) {
    suite.peer(&PEER).condition::<Apart<::async_std::sync::Condvar>>();
}

impl Condvar for ::async_std::sync::Condvar {
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
