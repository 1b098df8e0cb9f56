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

/// The front of `underlock`, `sync_block!`, hands on its `$crate` and what it was given.
#[doc(hidden)]
#[proc_macro]
pub fn sync_block(input: TokenStream) -> TokenStream {
    sync_block::run_at(input.into()).into()
}
