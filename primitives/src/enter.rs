//! What `sync_block!` can enter.

use core::ops::Deref;

use crate::barrier::{Barrier, BarrierPosition, BrokenBarrier};
use crate::bounded_semaphore::BoundedSemaphore;
use crate::condition::{Condition, ConditionGuard};
use crate::lock::{Guard, Lock};
use crate::semaphore::{Permit, Semaphore};

/// Something that [`sync_block!`](crate::sync_block) can enter: what Python's `async with` accepts.
///
/// Implement it to use a lock of your own in a block. Whatever dereferences to something that can
/// be entered, an `Arc` or a plain reference, can be entered too.
///
/// # Examples
///
/// ```
/// use underlock::{Enter, sync_block};
///
/// struct Journal(tokio::sync::Mutex<Vec<String>>);
///
/// impl Enter for Journal {
///     type Entered<'a> = tokio::sync::MutexGuard<'a, Vec<String>>;
///
///     async fn enter(&self) -> Self::Entered<'_> {
///         self.0.lock().await
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let journal = Journal(tokio::sync::Mutex::default());
/// sync_block!(entries = journal => {
///     entries.push("entered".to_owned());
/// });
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be entered by `sync_block!`",
    label = "not a lock, condition, semaphore or barrier",
    note = "name the lock itself, such as `self.lock`; a type of your own can be entered if it \
            implements `underlock::Enter`"
)]
pub trait Enter {
    /// What the block binds: the guard or permit that holds until the block's end.
    type Entered<'a>
    where
        Self: 'a;

    /// Waits until this can be entered.
    fn enter(&self) -> impl Future<Output = Self::Entered<'_>>;

    /// What tells this from another. Blocks on several locks take them in this order, so that two
    /// blocks never wait for each other.
    fn address(&self) -> *const () {
        core::ptr::from_ref(self).cast()
    }
}

/// Something that `sync_block!(try …)` can enter: if that can be done at once.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be entered by `sync_block!(try …)`",
    label = "can't be tried",
    note = "locks, conditions and semaphores can; a barrier always waits; a type of your own can \
            if it implements `underlock::TryEnter`"
)]
pub trait TryEnter: Enter {
    /// Enters if that can be done without waiting.
    fn try_enter(&self) -> Option<Self::Entered<'_>>;
}

/// Something that may be entered again inside a block that has entered it: a semaphore with more
/// than one permit, a barrier. A lock would wait for itself.
#[diagnostic::on_unimplemented(
    message = "this lock is entered inside its own block",
    label = "held by the block around it, so it would wait for itself",
    note = "use the guard of the outer block here, or end that block first"
)]
pub trait Reenter: Enter {}

// === locks ===

impl<T: ?Sized, const N: usize> Enter for Lock<T, N> {
    type Entered<'a>
        = Guard<'a, T, N>
    where
        Self: 'a;

    fn enter(&self) -> impl Future<Output = Guard<'_, T, N>> {
        self.acquire()
    }
}

#[diagnostic::do_not_recommend]
impl<T: ?Sized, const N: usize> TryEnter for Lock<T, N> {
    fn try_enter(&self) -> Option<Guard<'_, T, N>> {
        self.try_acquire()
    }
}

impl<T> Enter for Condition<T> {
    type Entered<'a>
        = ConditionGuard<'a, T>
    where
        Self: 'a;

    fn enter(&self) -> impl Future<Output = ConditionGuard<'_, T>> {
        self.acquire()
    }
}

#[diagnostic::do_not_recommend]
impl<T> TryEnter for Condition<T> {
    fn try_enter(&self) -> Option<ConditionGuard<'_, T>> {
        self.try_acquire()
    }
}

// === semaphores and barriers ===

impl Enter for Semaphore {
    type Entered<'a> = Permit<'a>;

    fn enter(&self) -> impl Future<Output = Permit<'_>> {
        self.acquire()
    }
}

#[diagnostic::do_not_recommend]
impl TryEnter for Semaphore {
    fn try_enter(&self) -> Option<Permit<'_>> {
        self.try_acquire()
    }
}

#[diagnostic::do_not_recommend]
impl Reenter for Semaphore {}

impl Enter for BoundedSemaphore {
    type Entered<'a> = Permit<'a, BoundedSemaphore>;

    fn enter(&self) -> impl Future<Output = Permit<'_, BoundedSemaphore>> {
        self.acquire()
    }
}

#[diagnostic::do_not_recommend]
impl TryEnter for BoundedSemaphore {
    fn try_enter(&self) -> Option<Permit<'_, BoundedSemaphore>> {
        self.try_acquire()
    }
}

#[diagnostic::do_not_recommend]
impl Reenter for BoundedSemaphore {}

impl Enter for Barrier {
    type Entered<'a> = Result<BarrierPosition, BrokenBarrier>;

    fn enter(&self) -> impl Future<Output = Self::Entered<'_>> {
        self.wait()
    }
}

#[diagnostic::do_not_recommend]
impl Reenter for Barrier {}

// === pointers ===

#[diagnostic::do_not_recommend]
impl<P> Enter for P
where
    P: Deref + ?Sized,
    P::Target: Enter,
{
    type Entered<'a>
        = <P::Target as Enter>::Entered<'a>
    where
        Self: 'a;

    fn enter(&self) -> impl Future<Output = Self::Entered<'_>> {
        (**self).enter()
    }

    fn address(&self) -> *const () {
        (**self).address()
    }
}

#[diagnostic::do_not_recommend]
impl<P> TryEnter for P
where
    P: Deref + ?Sized,
    P::Target: TryEnter,
{
    fn try_enter(&self) -> Option<Self::Entered<'_>> {
        (**self).try_enter()
    }
}

#[diagnostic::do_not_recommend]
impl<P> Reenter for P
where
    P: Deref + ?Sized,
    P::Target: Reenter,
{
}
