//! What the compiler says to a program that breaks the discipline.
//!
//! asyncio answers these with a `RuntimeError`. Here the method exists for one purpose: its bound
//! can't be met, and the trait in the bound carries the message.

mod condition;
mod tokio_names;
mod when;

use core::marker::PhantomData;

/// Declares bounds that no type meets, each with what the compiler says to that: the rule, what stands
/// at the place, what to write instead.
macro_rules! misuse {
    ($($(#[$doc:meta])* $bound:ident: $rule:literal, $place:literal, $instead:literal;)*) => {$(
        $(#[$doc])*
        #[diagnostic::on_unimplemented(message = $rule, label = $place, note = $instead)]
        pub trait $bound {}
    )*};
}

pub(crate) use misuse;

// === Released, notified or waited for without the lock ===

misuse! {
    /// Bound of `Lock::release`.
    LockHeld:
        "this lock is released without being held",
        "not held here",
        "acquire it first: `let guard = lock.acquire().await;`, then `guard.release()`, or use \
         `sync_block!`";

    /// Bound of `release` of a condition with a lock of its own.
    ConditionHeld:
        "this condition's lock is released without being held",
        "not held here",
        "acquire it first: `let guard = condition.acquire().await;`, then `guard.release()`, or use \
         `sync_block!`";

    /// Bound of `notify` and the like of a condition with a lock of its own.
    HeldToNotify:
        "this condition is notified without holding its lock",
        "its lock is not held here",
        "acquire it first: `let guard = condition.acquire().await;`, then `guard.notify_one()`, \
         `guard.notify(n)` or `guard.notify_all()`";

    /// Bound of `wait` and the like of a condition with a lock of its own.
    HeldToWait:
        "this condition is waited for without holding its lock",
        "its lock is not held here",
        "acquire it first: `let guard = condition.acquire().await;`, then `guard = \
         guard.wait().await`, or better `guard.wait_for(|data| …).await`";

    /// Bound of `notify` and the like of a condition that shares a lock.
    LockHeldToNotify:
        "this condition is notified without holding its lock",
        "its lock is not held here",
        "the guard of the lock in `#[condition(lock)]` notifies it: `let state = \
         self.lock.acquire().await;`, then `state.notify_one(&self.condition)`, or use \
         `sync_block!`";

    /// Bound of `wait` and the like of a condition that shares a lock.
    LockHeldToWait:
        "this condition is waited for without holding its lock",
        "its lock is not held here",
        "the guard of the lock in `#[condition(lock)]` waits for it: `let state = \
         self.lock.acquire().await;`, then `state = state.wait_for(&self.condition, |state| \
         …).await`, or use `sync_block!`";

    /// Bound of `acquire` and `release` of a condition that shares a lock.
    OwnLock:
        "this condition has no lock of its own",
        "it shares the lock in its `#[condition(lock)]`",
        "acquire that one: `let state = self.lock.acquire().await;`; its guard releases it: \
         `state.release()`";

    /// Bound of `wait` and the like of a declared condition.
    LockHeldToWaitUntil:
        "this condition is waited for without holding its lock",
        "its lock is not held here",
        "enter by `self.lock.when(&self.condition)`; or, with its guard in hand, wait by `state = \
         state.wait_until(&self.condition).await`";

    /// Bound of what is done by name with a condition, of one that is declared.
    NotDeclared:
        "this condition signals itself",
        "declared by `#[condition(lock, when = …)]`",
        "leave the notification out: each release of the lock looks whether the condition is true; wait \
         for it by `state = state.wait_until(&self.condition).await`, or enter by \
         `self.lock.when(&self.condition)`";

    /// Bound of what is done with a declared condition, of one that is not.
    IsDeclared:
        "this condition does not say when it is true",
        "notified by name, and not declared",
        "declare it: `#[condition(lock, when = |state| …)]`; or wait for a notification: `state = \
         state.wait_for(&self.condition, |state| …).await`";

    /// Bound of `when` of what has no conditions.
    HasConditions:
        "a lock is entered when a condition is true, and this is no lock",
        "there is no condition of this",
        "enter a lock when its condition is true: `self.lock.when(&self.condition)`, where the struct has a \
         field `#[condition(lock, when = |state| …)] condition: Condition`";

    /// Bound of a lock that is entered when a condition is true, in a block of several.
    WhenBesideOthers:
        "a lock can't wait for its condition beside other locks",
        "the others would be held while it waits",
        "wait for the condition first, or enter the others in a block inside: `sync_block!(state = \
         self.lock.when(&self.condition), async {{ sync_block!(other = self.other, {{ … }}) }})`";

    /// Bound of `BoundedSemaphore::release`.
    PermitHeld:
        "this bounded semaphore is released without a permit",
        "no permit to release here",
        "what is released is a permit: `let permit = semaphore.acquire().await;`, then \
         `permit.release()`, or let it go out of scope; a plain `Semaphore` can be released \
         without one";
}

// === Used before it is acquired ===

misuse! {
    /// Bound of what a future of a lock would have if it were the guard.
    AcquireAwaited:
        "a lock is used before it is acquired",
        "this is a future of the guard, and was not awaited",
        "a lock is acquired once the future has been awaited: `let guard = lock.acquire().await;`";

    /// Bound of what a future of a permit would have if it were the permit.
    AcquirePermitAwaited:
        "a permit is used before it is acquired",
        "this is a future of the permit, and was not awaited",
        "a permit is acquired once the future has been awaited: `let permit = \
         semaphore.acquire().await;`";
}

// === Awaited itself ===

misuse! {
    LockAwaited:
        "a `Lock` is not a future",
        "this is the lock, not its acquisition",
        "await `acquire`: `let guard = lock.acquire().await;`";

    ConditionAwaited:
        "a `Condition` is not a future",
        "this is the condition, not a wait for it",
        "await `acquire`, and then the guard's wait: `let guard = condition.acquire().await;`, then \
         `let guard = guard.wait_for(|data| …).await;`";

    SharedConditionAwaited:
        "a `Condition` is not a future",
        "this is the condition, not a wait for it",
        "await a wait of the lock's guard: `state = state.wait_for(&self.condition, |state| \
         …).await;`";

    EventAwaited:
        "an `Event` is not a future",
        "this is the event, not a wait for it",
        "await `wait`: `event.wait().await`";

    SemaphoreAwaited:
        "a semaphore is not a future",
        "this is the semaphore, not the acquisition of a permit",
        "await `acquire`: `let permit = semaphore.acquire().await;`";

    BarrierAwaited:
        "a `Barrier` is not a future",
        "this is the barrier, not a wait at it",
        "await `wait`: `barrier.wait().await?`";
}

/// What can't be awaited.
///
/// The compiler speaks of the bound that is not met, and not of the trait that it is a bound of,
/// only where the bound is on another type than the trait is implemented for.
#[derive(Debug)]
pub enum Itself {}

/// Implements `Future` for a primitive, and a reference to one, under a bound that can't be met: what
/// is awaited is one of its methods' futures, and the bound says so.
///
/// The impl for a reference takes no part in the inference of other crates, where `&_: Future` may be
/// looked for: the bound fails whatever is still to be inferred, and there are several such impls, so
/// none is ever taken for being the only one. The lifetime keeps the compiler from looking at the
/// bound where the impl stands.
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

// === Guarded structs ===

misuse! {
    /// Bound of what `#[guarded]` takes for a lock.
    IsLock:
        "`{Self}` is not the `Lock` of `underlock`",
        "a lock of a guarded struct is an `underlock::Lock`",
        "import it: `use underlock::Lock;`, or write `underlock::Lock`";

    /// Bound of what `#[guarded]` takes for a condition.
    IsCondition:
        "`{Self}` is not the `Condition` of `underlock`",
        "a condition of a guarded struct is an `underlock::Condition`",
        "import it: `use underlock::Condition;`, or write `underlock::Condition`";

    /// Bound of what stands at the name of a guard's method in the state of a lock.
    NotHidden:
        "a method of a lock's state has the name of a method of its guard, which hides it",
        "the guard of this lock hides `{Self}`",
        "give the method another name; called by the guard, one of this name is the guard's";
}

/// Bound of the impls that would let a guarded field be used without its lock.
///
/// It is a bound of what stands on the right side, for the sake of operators. The compiler looks for
/// an operator before it knows the type of the right side, and if no type can do it says so in words
/// of its own. So that it goes on, any type that is [`NeverRight`] could do.
#[diagnostic::on_unimplemented(
    message = "a guarded field of type `{Field}` is used while its lock is not held",
    label = "guarded by `{Lock}`, which is not held here",
    note = "acquire the lock and go through its guard: `let state = self.lock.acquire().await;`, \
            then `state.field` instead of `self.field`, or use `sync_block!`"
)]
pub trait Held<Field: ?Sized, Lock> {
    /// What an operator would give.
    type Output;
}

#[diagnostic::do_not_recommend]
impl<Field: ?Sized, Lock, Right: NeverRight + ?Sized> Held<Field, Lock> for RightSide<Right> {
    type Output = Right::Output;
}

/// What stands on the right side of an operator, as a type that is nothing else: the compiler speaks of
/// the bound that is not met, and not of the operator, only where they are of different types.
#[derive(Debug)]
pub struct RightSide<Right: ?Sized = ()>(PhantomData<fn(&Right)>);

/// A type that is never on the right side of an operator: no type is one.
pub trait NeverRight {
    /// What the operator would give.
    type Output;
}

/// [`Held`] for `Debug`, which is asked for where a derive stands above `#[guarded]`, too.
#[diagnostic::on_unimplemented(
    message = "a guarded field of type `{Field}` is formatted while its lock is not held",
    label = "guarded by `{Self}`, which is not held here",
    note = "acquire the lock and go through its guard: `let state = self.lock.acquire().await;`, \
            then `state.field` instead of `self.field`, or use `sync_block!`",
    note = "to derive `Debug` for the struct, write `#[derive(Debug)]` below `#[guarded]`"
)]
pub trait HeldToDebug<Field: ?Sized> {}

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
