//! What the compiler says to a program that breaks the discipline.
//!
//! asyncio answers these with a `RuntimeError`. Here the method exists for one purpose: its bound
//! can't be met, and the trait in the bound carries the message.

/// Bound of `Lock::release`.
#[diagnostic::on_unimplemented(
    message = "this lock is released without being held",
    label = "not held here",
    note = "acquire it first: `let guard = lock.acquire().await;`, then `guard.release()`, or use \
            `sync_block!`"
)]
pub trait LockHeld {}

/// Bound of `Condition::release`.
#[diagnostic::on_unimplemented(
    message = "this condition's lock is released without being held",
    label = "not held here",
    note = "acquire it first: `let guard = condition.acquire().await;`, then `guard.release()`, or \
            use `sync_block!`"
)]
pub trait ConditionHeld {}

/// Bound of `Condition::notify` and the like.
#[diagnostic::on_unimplemented(
    message = "this condition is notified without holding its lock",
    label = "its lock is not held here",
    note = "acquire it first: `let guard = condition.acquire().await;`, then `guard.notify_one()`, \
            `guard.notify(n)` or `guard.notify_all()`"
)]
pub trait HeldToNotify {}

/// Bound of `Condition::wait` and the like.
#[diagnostic::on_unimplemented(
    message = "this condition is waited for without holding its lock",
    label = "its lock is not held here",
    note = "acquire it first: `let guard = condition.acquire().await;`, then `guard = \
            guard.wait().await`, or better `guard.wait_for(|data| …).await`"
)]
pub trait HeldToWait {}

/// Bound of `Condition::notify` and the like, for a condition of a struct's lock.
#[diagnostic::on_unimplemented(
    message = "this condition is notified without holding its lock",
    label = "its lock is not held here",
    note = "the guard of the lock in `#[condition(lock)]` notifies it: `let state = \
            self.lock.acquire().await;`, then `state.notify_one(&self.condition)`, or use \
            `sync_block!`"
)]
pub trait LockHeldToNotify {}

/// Bound of `Condition::wait` and the like, for a condition of a struct's lock.
#[diagnostic::on_unimplemented(
    message = "this condition is waited for without holding its lock",
    label = "its lock is not held here",
    note = "the guard of the lock in `#[condition(lock)]` waits for it: `let state = \
            self.lock.acquire().await;`, then `state = state.wait_for(&self.condition, |state| \
            …).await`, or use `sync_block!`"
)]
pub trait LockHeldToWait {}

/// Bound of `Condition::acquire` and the like, for a condition of a struct's lock.
#[diagnostic::on_unimplemented(
    message = "this condition has no lock of its own",
    label = "it shares the lock in its `#[condition(lock)]`",
    note = "acquire that one: `let state = self.lock.acquire().await;`; its guard releases it: \
            `state.release()`"
)]
pub trait OwnLock {}

/// Bound of `BoundedSemaphore::release`.
#[diagnostic::on_unimplemented(
    message = "this bounded semaphore is released without a permit",
    label = "no permit to release here",
    note = "what is released is a permit: `let permit = semaphore.acquire().await;`, then \
            `permit.release()`, or let it go out of scope; a plain `Semaphore` can be released \
            without one"
)]
pub trait PermitHeld {}

/// Bound of the impls that would let a guarded field, of this type, be used without its lock;
/// for an operator, with what stands on its right side.
#[diagnostic::on_unimplemented(
    message = "a guarded field of type `{Field}` is used while its lock `{Self}` is not held",
    label = "guarded by `{Self}`, which is not held here",
    note = "acquire the lock and go through its guard: `let state = self.{Self}.acquire().await;`, \
            then `state.field` in the place of `self.field`, or use `sync_block!`"
)]
pub trait Held<Field: ?Sized, Right: ?Sized = ()> {
    /// What an operator would give.
    type Output;
}

/// [`Held`] for `Debug`, which is asked for where a derive stands above `#[guarded]`, too.
#[diagnostic::on_unimplemented(
    message = "a guarded field of type `{Field}` is used while its lock `{Self}` is not held",
    label = "guarded by `{Self}`, which is not held here",
    note = "acquire the lock and go through its guard: `let state = self.{Self}.acquire().await;`, \
            then `state.field` in the place of `self.field`, or use `sync_block!`",
    note = "to derive `Debug` for the struct, write `#[derive(Debug)]` below `#[guarded]`"
)]
pub trait HeldToDebug<Field: ?Sized> {}

/// What is never on the right side of an operator.
///
/// The compiler looks for an operator before it knows the type of the right side, and if no type
/// can do it says so in words of its own. There being two that can, it goes on, and then complains
/// of the bound.
#[derive(Debug)]
pub enum NeverRight {}

/// The second of two: see [`NeverRight`].
#[derive(Debug)]
pub enum NorRight {}

#[diagnostic::do_not_recommend]
impl<Field: ?Sized, Lock: ?Sized> Held<Field, NeverRight> for Lock {
    type Output = NeverRight;
}

#[diagnostic::do_not_recommend]
impl<Field: ?Sized, Lock: ?Sized> Held<Field, NorRight> for Lock {
    type Output = NorRight;
}

/// Bound of the impls that would let a lock itself be awaited.
#[diagnostic::on_unimplemented(
    message = "a lock is awaited itself",
    label = "this is the lock, not its acquisition",
    note = "what is awaited is `acquire`: `let guard = lock.acquire().await;`"
)]
pub trait LockAwaited {}

/// Bound of the impls that would let a condition itself be awaited.
#[diagnostic::on_unimplemented(
    message = "a condition is awaited itself",
    label = "this is the condition, not a wait for it",
    note = "what is awaited is `acquire`, and then the guard's wait: `let guard = \
            condition.acquire().await;`, then `let guard = guard.wait_for(|data| …).await;`"
)]
pub trait ConditionAwaited {}

/// Bound of the impls that would let a condition of a struct's lock be awaited itself.
#[diagnostic::on_unimplemented(
    message = "a condition is awaited itself",
    label = "this is the condition, not a wait for it",
    note = "what is awaited is a wait of the lock's guard: `state = \
            state.wait_for(&self.condition, |state| …).await;`"
)]
pub trait SharedConditionAwaited {}

/// Bound of the impls that would let an event itself be awaited.
#[diagnostic::on_unimplemented(
    message = "an event is awaited itself",
    label = "this is the event, not a wait for it",
    note = "what is awaited is `wait`: `event.wait().await`"
)]
pub trait EventAwaited {}

/// Bound of the impls that would let a semaphore itself be awaited.
#[diagnostic::on_unimplemented(
    message = "a semaphore is awaited itself",
    label = "this is the semaphore, not the acquisition of a permit",
    note = "what is awaited is `acquire`: `let permit = semaphore.acquire().await;`"
)]
pub trait SemaphoreAwaited {}

/// Bound of the impls that would let a barrier itself be awaited.
#[diagnostic::on_unimplemented(
    message = "a barrier is awaited itself",
    label = "this is the barrier, not a wait at it",
    note = "what is awaited is `wait`: `barrier.wait().await?`"
)]
pub trait BarrierAwaited {}

/// Bound of what a future of a lock would have if it were the guard.
#[diagnostic::on_unimplemented(
    message = "a lock is used before it is acquired",
    label = "this is a future of the guard, and was not awaited",
    note = "a lock is acquired once the future has been awaited: `let guard = \
            lock.acquire().await;`"
)]
pub trait AcquireAwaited {}

/// Bound of what a future of a permit would have if it were the permit.
#[diagnostic::on_unimplemented(
    message = "a permit is used before it is acquired",
    label = "this is a future of the permit, and was not awaited",
    note = "a permit is acquired once the future has been awaited: `let permit = \
            semaphore.acquire().await;`"
)]
pub trait AcquirePermitAwaited {}

/// What can't be awaited.
///
/// The compiler speaks of the bound that is not met, and not of the trait that it is a bound of,
/// only where the bound is on another type than the trait is implemented for.
#[derive(Debug)]
pub enum Itself {}

/// Implements `Future` for a primitive, and a reference to one, under a bound that can't be met: what
/// is awaited is one of its methods' futures, and the bound says so.
///
/// The lifetime keeps the compiler from looking at the bound where the impl stands.
macro_rules! not_to_be_awaited {
    ([$($generics:tt)*] $primitive:ty: $bound:ident) => {
        $crate::misuse::not_to_be_awaited! { @ [$($generics)*] $primitive: $bound }
        $crate::misuse::not_to_be_awaited! { @ [$($generics)*] &$primitive: $bound }
    };
    (@ [$($generics:tt)*] $primitive:ty: $bound:ident) => {
        #[doc(hidden)]
        impl<$($generics)*> Future for $primitive
        where
            for<'never> &'never $crate::misuse::Itself: $crate::misuse::$bound,
        {
            type Output = core::convert::Infallible;

            fn poll(
                self: core::pin::Pin<&mut Self>,
                _: &mut core::task::Context<'_>,
            ) -> core::task::Poll<Self::Output> {
                core::task::Poll::Pending
            }
        }
    };
}

pub(crate) use not_to_be_awaited;

/// Bound of entering within a limit where there is no timer.
#[cfg(not(feature = "tokio"))]
#[diagnostic::on_unimplemented(
    message = "`.within(…)` needs the feature `tokio` of `underlock`",
    label = "there is no timer without it",
    note = "enable it: `underlock = {{ version = \"…\", features = [\"tokio\"] }}`"
)]
pub trait Timed {
    /// Nothing is timed.
    fn never(&self) -> &core::convert::Infallible;
}
