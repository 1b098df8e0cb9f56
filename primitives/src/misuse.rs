//! What the compiler says to a program that breaks the discipline.
//!
//! asyncio answers these with a `RuntimeError`. Here the method exists for one purpose: its bound
//! can't be met, and the trait in the bound carries the message. No type implements any of them.

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
    message = "this condition has no lock of its own to acquire",
    label = "it shares the lock in its `#[condition(lock)]`",
    note = "acquire that one: `let state = self.lock.acquire().await;`"
)]
pub trait OwnLock {}

/// Bound of `BoundedSemaphore::release`.
#[diagnostic::on_unimplemented(
    message = "this bounded semaphore is released without a permit",
    label = "no permit to release here",
    note = "a permit releases, once: `let permit = semaphore.acquire().await;`, then \
            `permit.release()`, or let it go out of scope; a plain `Semaphore` can be released \
            without one"
)]
pub trait PermitHeld {}

/// Bound of the impls that would let a guarded field be used without its lock.
#[diagnostic::on_unimplemented(
    message = "a guarded field is used without its lock",
    label = "its lock is not held here"
)]
pub trait FieldsLockHeld {}

/// Bound of what stands for `within` where there is no timer.
#[cfg(not(feature = "tokio"))]
#[diagnostic::on_unimplemented(
    message = "`sync_block!(… within …)` needs the feature `tokio` of `underlock`",
    label = "there is no timer without it",
    note = "enable it: `underlock = {{ version = \"…\", features = [\"tokio\"] }}`"
)]
pub trait Timed: Future {}
