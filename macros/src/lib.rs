//! The macros of the `underlock` crate.
//!
//! This crate is an implementation detail: depend on `underlock`, which re-exports both macros.
//! Their expansions name private parts of exactly the same version of it.

#![forbid(unsafe_code)]

mod diag;
mod grouping;
mod guarded;
mod sync_block;
#[cfg(test)]
mod tests;

use proc_macro::TokenStream;

/// Puts fields of a struct under a lock of the struct, so that they can't be reached without it.
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
///   written `Lock<T>` is a field like any other, and so is another library's `Lock` or `Condition`
///   that is written with its path.
/// - `#[guarded(lock)]`: this field is guarded by the field `lock`.
/// - `#[condition(lock)]`, on a field of type `Condition`: this condition shares the lock, whose
///   guard waits on it and notifies it. It is made by `Condition::shared()`.
/// - `#[condition(lock, when = |state| …)]`: likewise, and it is [declared](#declared-conditions).
///
/// `#[cfg(…)]` works on all of them. Where it stands on a lock, write it on what the lock guards and
/// on its conditions, too.
///
/// # Declared conditions
///
/// A condition that says when it is true signals itself: there is no notify to forget.
///
/// ```
/// use underlock::{Condition, Lock, guarded, sync_block};
///
/// #[guarded]
/// struct Jobs {
///     lock: Lock,
///     #[guarded(lock)]
///     waiting: Vec<u32>,
///     #[guarded(lock)]
///     most: usize,
///     #[condition(lock, when = |state| !state.waiting.is_empty())]
///     not_empty: Condition,
///     #[condition(lock, when = |state| state.waiting.len() < state.most)]
///     not_full: Condition,
/// }
///
/// impl Jobs {
///     async fn put(&self, job: u32) {
///         sync_block!(state = self.lock.when(&self.not_full), { state.waiting.push(job) })
///     }
///
///     async fn take(&self) -> u32 {
///         let mut state = self.lock.acquire().await;
///         state = state.wait_until(&self.not_empty).await;
///         state.waiting.pop().expect("not empty")
///     }
/// }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// #     let jobs = Jobs {
/// #         lock: Lock::new(JobsLock { waiting: Vec::new(), most: 1 }),
/// #         not_empty: Condition::shared(),
/// #         not_full: Condition::shared(),
/// #     };
/// #     assert_eq!(tokio::join!(jobs.take(), jobs.put(7)).0, 7);
/// # }
/// ```
///
/// The predicate is a closure of what the lock guards. It captures nothing, and names neither `self` nor
/// a field that the lock does not guard. Each release of the lock asks those that somebody waits for, and
/// wakes the longest waiting for whom one is true, who does the same at its own release. A predicate that
/// reads a static, a clock or something with interior mutability is not signalled when those change; one
/// that panics does so in the task that waits.
///
/// # What is generated
///
/// For each lock, the fields it guards move into a struct that the lock owns. Its name is the
/// struct's, followed by the lock's in camel case: `ChannelLock<T>` above. So the struct is built of
/// both: `Channel { lock: Lock::new(ChannelLock { items, closed }), not_empty: Condition::shared(),
/// capacity }`.
///
/// It has the visibility of the struct, and just the generics that its fields mention, with the bounds
/// that speak of nothing else. If a field's type needs more, as where `K: Key<B>` implies `K: Ord`, say
/// so on the struct: `K: Key<B> + Ord`. `#[derive(Debug)]` and `#[derive(Default)]` count for it as
/// well, if they stand below `#[guarded]`.
///
/// `ChannelLockGuard<'a, T>` is the type of the guard.
///
/// Links in documentation on the struct and its fields follow a field that has moved; elsewhere write
/// `[ChannelLock::items]`.
///
/// # Helpers
///
/// A helper says by its signature that the lock is held:
///
/// - One that touches the fields is a method of the state, `ChannelLock<T>`. Its name is none of the
///   guard's methods, which would hide it: that is an error.
/// - One that notifies takes the guard by reference. The state can't notify, and an alias, which
///   `ChannelLockGuard` is, has no methods of its own: so it is a method of the struct, which has the
///   conditions too.
/// - One that waits takes the guard and gives it back, as a wait does.
///
/// ```
/// use underlock::{Condition, Lock, guarded, sync_block};
///
/// #[guarded]
/// #[derive(Debug)]
/// struct Office {
///     lock: Lock,
///     #[guarded(lock)]
///     seats: u32,
///     #[guarded(lock)]
///     visitors: Vec<String>,
///     #[condition(lock)]
///     left: Condition,
/// }
///
/// impl OfficeLock {
///     /// Touches.
///     fn is_full(&self) -> bool {
///         self.visitors.len() >= self.seats as usize
///     }
/// }
///
/// impl Office {
///     /// Notifies.
///     fn dismiss(&self, state: &mut OfficeLockGuard<'_>, name: &str) {
///         state.visitors.retain(|visitor| visitor != name);
///         state.notify_one(&self.left);
///     }
///
///     /// Waits.
///     async fn vacancy<'a>(&self, state: OfficeLockGuard<'a>) -> OfficeLockGuard<'a> {
///         state.wait_for(&self.left, |state| !state.is_full()).await
///     }
///
///     async fn replace(&self, old: &str, new: &str) {
///         sync_block!(state = self.lock, {
///             self.dismiss(&mut state, old);
///             state = self.vacancy(state).await;
///             state.visitors.push(new.to_owned());
///         });
///     }
/// }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// #     let office = Office {
/// #         lock: Lock::new(OfficeLock { seats: 1, visitors: vec!["a".to_owned()] }),
/// #         left: Condition::shared(),
/// #     };
/// #     office.replace("a", "b").await;
/// #     assert_eq!(office.lock.into_inner().visitors, ["b"]);
/// # }
/// ```
///
/// # Touching a field without its lock
///
/// … is an error that names the field's type and the lock: "no method `push_back` found for
/// `LockNotHeld<VecDeque<u32>, lock_of_Channel>`". To this end the struct implements `Deref`, to a
/// struct of no size that stands for the missing fields. Write `#[guarded(no_markers)]` for a struct
/// that has a `Deref` of its own.
///
/// # Where the crate is found
///
/// At `::underlock`. Where it is renamed or re-exported, say so, as in
/// `#[guarded(crate = crate::sync::underlock)]`; in a macro of yours, by a path that starts with
/// `$crate`.
#[proc_macro_attribute]
pub fn guarded(arguments: TokenStream, item: TokenStream) -> TokenStream {
    guarded::run(&arguments.into(), item.into()).into()
}

/// The front of `underlock`, `sync_block!`, hands on its `$crate` and what it was given.
#[doc(hidden)]
#[proc_macro]
pub fn sync_block(input: TokenStream) -> TokenStream {
    sync_block::run_at(input.into()).into()
}
