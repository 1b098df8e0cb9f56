//! The macros of the `underlock` crate.
//!
//! This crate is an implementation detail: depend on `underlock`, which re-exports both macros.
//! Their expansions name private parts of exactly the same version of it.

#![forbid(unsafe_code)]

mod diag;
mod guarded;
mod path;
mod sync_block;
#[cfg(test)]
mod tests;

use proc_macro::TokenStream;

/// Puts fields of a struct under a lock of the struct: whoever does not hold the lock can't reach
/// them.
///
/// ```
/// use std::collections::VecDeque;
/// use underlock::{Condition, Lock, guarded, sync_block};
///
/// #[guarded]
/// #[derive(Debug)]
/// pub struct Channel<T> {
///     lock: Lock,
///     #[guarded(lock)]
///     items: VecDeque<T>,
///     #[guarded(lock)]
///     closed: bool,
///     #[condition(lock)]
///     not_empty: Condition,
///     capacity: usize,
/// }
///
/// impl<T> Channel<T> {
///     pub fn new(capacity: usize) -> Self {
///         Channel {
///             lock: Lock::new(ChannelLock { items: VecDeque::new(), closed: false }),
///             not_empty: Condition::shared(),
///             capacity,
///         }
///     }
///
///     pub async fn send(&self, item: T) {
///         sync_block!(state = self.lock, {
///             state.items.push_back(item);
///             state.notify_one(&self.not_empty);
///         });
///     }
///
///     pub async fn receive(&self) -> T {
///         sync_block!(state = self.lock, {
///             let item;
///             (state, item) =
///                 state.wait_for_some(&self.not_empty, |state| state.items.pop_front()).await;
///             item
///         })
///     }
/// }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// #     let channel = Channel::new(3);
/// #     channel.send(5).await;
/// #     assert_eq!((channel.receive().await, channel.capacity), (5, 3));
/// # }
/// ```
///
/// # What is written on the fields
///
/// - `lock: Lock`, without a type: a lock for fields of the struct. There may be several. A field
///   written `Lock<T>` is a field as any other.
/// - `#[guarded(lock)]`: this field is guarded by the field `lock`.
/// - `#[condition(lock)]`, on a field of type `Condition`: this condition shares the lock, whose
///   guard waits on it and notifies it. It is made by `Condition::shared()`.
///
/// `#[cfg(…)]` works on all of them. Where it stands on a lock, write it on what the lock guards and
/// on its conditions, too.
///
/// # What is generated
///
/// For each lock, the fields it guards move into a struct that the lock owns. Its name is the
/// struct's, followed by the lock's in camel case: `ChannelLock<T>` above. It has the visibility of
/// the struct, and just the generics that its fields mention. `#[derive(Debug)]` and
/// `#[derive(Default)]` count for it as well, if they stand below `#[guarded]`.
///
/// `ChannelLockGuard<'a, T>` is the type of the guard. A helper that needs the lock is a method of
/// `ChannelLock<T>`, or takes the guard.
///
/// # Touching a field without its lock
///
/// … is an error that names the field's type and the lock: "no method `push_back` found for
/// `LockNotHeld<VecDeque<u32>, lock>`". To this end the struct implements `Deref`, to a struct of
/// no size that stands for the missing fields. Write `#[guarded(no_markers)]` for a struct that has
/// a `Deref` of its own.
#[proc_macro_attribute]
pub fn guarded(arguments: TokenStream, item: TokenStream) -> TokenStream {
    guarded::run(&path::underlock(), arguments.into(), item.into()).into()
}

/// Runs a block with a lock held, as Python's `async with` does.
///
/// ```
/// use std::time::Duration;
/// use underlock::{Lock, sync_block};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let (lock, other) = (Lock::new(1), Lock::new(2));
///
/// // The guard is bound mutably, and released at the end. The block's value is the macro's.
/// let sum = sync_block!(value = lock, {
///     *value += 1;
///     *value
/// });
///
/// // Several locks, without deadlock whatever order they are named in.
/// sync_block!(from = lock, to = other, {
///     *to += *from;
///     *from = 0;
/// });
///
/// // Only if the lock is free; only if it is so within a time.
/// let free = sync_block!(_ = lock.now(), { true }).unwrap_or(false) };
/// let value = match sync_block!(value = other.within(Duration::from_secs(1)), {
///     Some(*value)
/// }) { Ok(value) => value, Err(_) => {
///     None
/// } };
/// # assert_eq!((sum, free, value), (2, true, Some(4)));
/// # }
/// ```
///
/// The lock is an expression that leads to one: `self.lock`, a reference to a lock, an `Arc` of
/// one. Conditions with a lock of their own, semaphores and barriers can be entered too, and any
/// type that implements `underlock::Enter`. `_` in the place of the name holds the lock and binds
/// nothing.
///
/// The block runs in place: `?`, `return`, `break` and `continue` work as in any block, and however
/// it is left, the locks are released.
///
/// # Awaiting in the block
///
/// To hold a lock while something else is awaited keeps everybody waiting who needs the lock. So a
/// block may await nothing but the waits of its own guards, `state.wait(…)`, `wait_for(…)` and
/// `wait_for_some(…)`, which let go of the lock meanwhile. It may enter a further lock by another
/// `sync_block!`, and what stands in async blocks and closures inside is free.
///
/// Where the lock has to be held all the same, `async` in front of the block says so:
///
/// ```
/// # use underlock::{Lock, sync_block};
/// # async fn fetch() -> u32 { 7 }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// # let lock = Lock::new(1);
/// sync_block!(value = lock, async {
///     *value = fetch().await;
/// });
/// # }
/// ```
///
/// # The same lock twice
///
/// A block waits for itself if it names one lock twice, or enters a lock again inside. Where the
/// expressions are the same, that is a compile error. Two expressions for one lock in a block of
/// several panic.
#[proc_macro]
pub fn sync_block(input: TokenStream) -> TokenStream {
    sync_block::run(&path::underlock(), input.into()).into()
}
