//! What to write for the names that tokio has for the same.
//!
//! The methods exist for their bounds, which no type meets.

use core::future::Pending;

use crate::bounded_semaphore::BoundedSemaphore;
use crate::event::Event;
use crate::guarded::Conditions;
use crate::lock::{Guard, Lock};
use crate::misuse::misuse;
use crate::semaphore::Semaphore;

misuse! {
    LockNamed:
        "a lock is acquired: there is no `lock`",
        "the name of this in tokio",
        "write `lock.acquire().await`";

    TryLockNamed:
        "a lock is acquired: there is no `try_lock`",
        "the name of this in tokio",
        "write `lock.try_acquire()`, which gives an `Option`";

    BlockingLockNamed:
        "a lock is acquired: there is no `blocking_lock`",
        "the name of this in tokio",
        "write `lock.blocking_acquire()`";

    AddPermitsNamed:
        "permits are released: there is no `add_permits`",
        "the name of this in tokio",
        "write `semaphore.release_many(n)`";

    CloseNamed:
        "a semaphore can be closed only if its type is `Closable`",
        "this one can't be closed, so that acquiring from it can't fail",
        "make it `Closable::new(semaphore)`, whose `acquire` gives a `Result`";

    NotifyNamed:
        "an event is set, not notified: it stays set until it is cleared",
        "the name of this in tokio",
        "write `event.set()`; to wake those who wait now and nobody later, notify a `Condition`";

    NotifiedNamed:
        "an event is waited for: there is no `notified`",
        "the name of this in tokio",
        "write `event.wait().await`";
}

impl<T: ?Sized + Conditions<N>, const N: usize> Lock<T, N> {
    #[doc(hidden)]
    pub fn lock(&self) -> Pending<Guard<'_, T, N>>
    where
        Self: LockNamed,
    {
        core::future::pending()
    }

    #[doc(hidden)]
    pub fn try_lock(&self) -> Option<Guard<'_, T, N>>
    where
        Self: TryLockNamed,
    {
        None
    }

    #[doc(hidden)]
    pub fn blocking_lock(&self) -> Guard<'_, T, N>
    where
        Self: BlockingLockNamed,
    {
        unreachable!("no type is `BlockingLockNamed`")
    }
}

impl Semaphore {
    #[doc(hidden)]
    pub fn add_permits(&self, _: usize)
    where
        for<'never> &'never Self: AddPermitsNamed,
    {
    }

    #[doc(hidden)]
    pub fn close(&self)
    where
        for<'never> &'never Self: CloseNamed,
    {
    }
}

impl BoundedSemaphore {
    #[doc(hidden)]
    pub fn close(&self)
    where
        for<'never> &'never Self: CloseNamed,
    {
    }
}

impl Event {
    #[doc(hidden)]
    pub fn notify_waiters(&self)
    where
        for<'never> &'never Self: NotifyNamed,
    {
    }

    #[doc(hidden)]
    pub fn notify_one(&self)
    where
        for<'never> &'never Self: NotifyNamed,
    {
    }

    #[doc(hidden)]
    pub fn notified(&self) -> Pending<()>
    where
        for<'never> &'never Self: NotifiedNamed,
    {
        core::future::pending()
    }
}
