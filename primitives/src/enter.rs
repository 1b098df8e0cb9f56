//! What `sync_block!` can enter.

mod limit;
mod several;
mod when;

use core::ops::Deref;
use core::pin::Pin;
use core::time::Duration;

pub use limit::{Busy, Elapsed, EnterNow, EnterWithin, Now, Within};
pub(crate) use several::{
    Alone, BesideLocks, Both, Limited, Neither, Several, Slot, SlotOf, Slots,
};

use crate::barrier::{Barrier, BarrierPosition, BarrierWait, BrokenBarrier};
use crate::bounded_semaphore::BoundedSemaphore;
use crate::condition::{AcquireCondition, Condition, ConditionGuard};
use crate::guarded::Conditions;
use crate::lock::{Acquire, Guard, Lock};
use crate::semaphore::{AcquirePermit, Permit, Semaphore};

/// Something that [`sync_block!`](crate::sync_block) can enter: what Python's `async with` accepts.
///
/// Implement it to use a lock of your own in a block. References to what can be entered, `Box`,
/// `Rc`, `Arc` and `Pin` of it can be entered, too.
///
/// # Examples
///
/// ```
/// use std::pin::Pin;
/// use tokio::sync::{Mutex, MutexGuard};
/// use underlock::{Enter, sync_block};
///
/// struct Journal(Mutex<Vec<String>>);
///
/// impl Enter for Journal {
///     type Entered<'a> = MutexGuard<'a, Vec<String>>;
///     type Entering<'a> = Pin<Box<dyn Future<Output = Self::Entered<'a>> + Send + 'a>>;
///
///     fn enter(&self) -> Self::Entering<'_> {
///         Box::pin(self.0.lock())
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let journal = Journal(Mutex::default());
/// sync_block!(entries = journal, {
///     entries.push("entered".to_owned());
/// });
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be entered by `sync_block!`",
    label = "not a lock, condition, semaphore or barrier",
    note = "name the lock itself, such as `self.lock`; a type of your own can be entered if it \
            implements `underlock::Enter`",
    note = "what `.now()` and `.within(…)` return stands in the head itself, as in `state = \
            self.lock.now()`, where the block's value is a `Result`"
)]
pub trait Enter {
    /// What the block binds: the guard or permit that holds until the block's end.
    type Entered<'a>
    where
        Self: 'a;

    /// The future of entering. It has a name so that generic code can ask for more of it: that it
    /// is `Send`, to spawn what enters.
    type Entering<'a>: Future<Output = Self::Entered<'a>>
    where
        Self: 'a;

    /// Waits until this can be entered.
    fn enter(&self) -> Self::Entering<'_>;

    /// Enters within `limit` or not at all: the head of a block whose value is a
    /// `Result<_, Elapsed>`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use underlock::{Elapsed, Enter, sync_block};
    /// # async fn log<J: Enter>(journal: &J) -> Result<(), Elapsed> {
    /// sync_block!(_entries = journal.within(Duration::from_secs(1)), {})
    /// # }
    /// ```
    fn within(&self, limit: Duration) -> Within<'_, Self> {
        Within::new(self, limit)
    }

    /// What tells this from others, where that can be told. A block of several panics if two of
    /// its heads lead to one lock, since it would deadlock.
    #[doc(hidden)]
    fn identity(&self) -> Option<*const ()> {
        None
    }
}

/// Something that [`sync_block!`](crate::sync_block) can enter, or fail to: what a head that ends in
/// `.now()` or `.within(…)` evaluates to. The block's value is a `Result`.
///
/// Implement it for what the `now` of a lock of your own returns.
#[diagnostic::on_unimplemented(
    message = "a head that ends in `.now()` or `.within(…)` is entered as `{Self}`, which may not \
               fail",
    label = "does not implement `underlock::TryEnter`",
    note = "`sync_block!` goes by the name of the method: a `now` or `within` of your own returns \
            what implements `underlock::TryEnter`, or has another name"
)]
pub trait TryEnter {
    /// What the block binds: the guard or permit that holds until the block's end.
    type Entered<'a>
    where
        Self: 'a;

    /// Why the block did not run.
    type Error;

    /// The future of trying.
    type Entering<'a>: Future<Output = Result<Self::Entered<'a>, Self::Error>>
    where
        Self: 'a;

    /// Tries to enter.
    fn try_enter(&self) -> Self::Entering<'_>;
}

/// Something that may be entered again inside a block that has entered it: a semaphore with more
/// than one permit, a barrier. A lock would deadlock.
#[diagnostic::on_unimplemented(
    message = "this lock is entered inside its own block",
    label = "held by the block around it: entering it again would deadlock",
    note = "use the guard of the outer block here, or end that block first"
)]
pub trait Reenter: Enter {}

// === locks ===

impl<T: ?Sized + Conditions<N>, const N: usize> Enter for Lock<T, N> {
    type Entered<'a>
        = Guard<'a, T, N>
    where
        Self: 'a;
    type Entering<'a>
        = Acquire<'a, T, N>
    where
        Self: 'a;

    #[inline]
    fn enter(&self) -> Acquire<'_, T, N> {
        self.acquire()
    }

    fn identity(&self) -> Option<*const ()> {
        Some(core::ptr::from_ref(self).cast())
    }
}

impl<T> Enter for Condition<T> {
    type Entered<'a>
        = ConditionGuard<'a, T>
    where
        Self: 'a;
    type Entering<'a>
        = AcquireCondition<'a, T>
    where
        Self: 'a;

    #[inline]
    fn enter(&self) -> AcquireCondition<'_, T> {
        self.acquire()
    }

    fn identity(&self) -> Option<*const ()> {
        Some(core::ptr::from_ref(self).cast())
    }
}

// === semaphores and barriers ===

impl Enter for Semaphore {
    type Entered<'a> = Permit<'a>;
    type Entering<'a> = AcquirePermit<'a, Semaphore>;

    #[inline]
    fn enter(&self) -> AcquirePermit<'_, Semaphore> {
        self.acquire()
    }

    fn identity(&self) -> Option<*const ()> {
        Some(core::ptr::from_ref(self).cast())
    }
}

#[diagnostic::do_not_recommend]
impl Reenter for Semaphore {}

impl Enter for BoundedSemaphore {
    type Entered<'a> = Permit<'a, BoundedSemaphore>;
    type Entering<'a> = AcquirePermit<'a, BoundedSemaphore>;

    #[inline]
    fn enter(&self) -> AcquirePermit<'_, BoundedSemaphore> {
        self.acquire()
    }

    fn identity(&self) -> Option<*const ()> {
        Some(core::ptr::from_ref(self).cast())
    }
}

#[diagnostic::do_not_recommend]
impl Reenter for BoundedSemaphore {}

impl Enter for Barrier {
    type Entered<'a> = Result<BarrierPosition, BrokenBarrier>;
    type Entering<'a> = BarrierWait<'a>;

    #[inline]
    fn enter(&self) -> BarrierWait<'_> {
        self.wait()
    }
}

#[diagnostic::do_not_recommend]
impl Reenter for Barrier {}

#[diagnostic::do_not_recommend]
impl Alone for Barrier {
    type Barrier = Self;
    type When = Neither;
}

// === pointers ===

/// Lets a pointer to what can be entered be entered.
macro_rules! through_a_pointer {
    ($([$($generics:tt)*] $pointer:ty => $target:ty;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> Enter for $pointer
        where
            $target: Enter,
        {
            type Entered<'a>
                = <$target as Enter>::Entered<'a>
            where
                Self: 'a;
            type Entering<'a>
                = <$target as Enter>::Entering<'a>
            where
                Self: 'a;

            #[inline]
            fn enter(&self) -> Self::Entering<'_> {
                (**self).enter()
            }

            fn identity(&self) -> Option<*const ()> {
                (**self).identity()
            }
        }

        #[diagnostic::do_not_recommend]
        impl<$($generics)*> Reenter for $pointer where $target: Reenter {}

        #[diagnostic::do_not_recommend]
        impl<$($generics)*> Alone for $pointer
        where
            $target: Alone,
        {
            type Barrier = <$target as Alone>::Barrier;
            type When = <$target as Alone>::When;
        }
    )*};
}

through_a_pointer! {
    [P: ?Sized] &P => P;
    [P: ?Sized] &mut P => P;
    [P: Deref] Pin<P> => P::Target;
}

#[cfg(feature = "std")]
through_a_pointer! {
    [P: ?Sized] alloc::boxed::Box<P> => P;
    [P: ?Sized] alloc::rc::Rc<P> => P;
    [P: ?Sized] alloc::sync::Arc<P> => P;
}
