//! asyncio's synchronization primitives, with the lock discipline checked by the compiler.
//!
//! Say which fields a lock guards, and code that touches one without the lock, or waits or notifies
//! without it, does not compile:
//!
//! ```
//! use std::collections::VecDeque;
//! use underlock::{Condition, Lock, guarded, sync_block};
//!
//! #[guarded]
//! struct Jobs {
//!     lock: Lock,
//!     #[guarded(lock)]
//!     jobs: VecDeque<u32>,
//!     #[condition(lock)]
//!     arrived: Condition,
//! }
//!
//! impl Jobs {
//!     fn new() -> Self {
//!         // The guarded fields are a struct of their own, `JobsLock`, which the lock owns.
//!         Jobs { lock: Lock::new(JobsLock { jobs: VecDeque::new() }), arrived: Condition::shared() }
//!     }
//!
//!     async fn put(&self, job: u32) {
//!         sync_block!(state = self.lock, {
//!             state.jobs.push_back(job);
//!             state.notify_one(&self.arrived);
//!         })
//!     }
//!
//!     async fn take(&self) -> u32 {
//!         let state = self.lock.acquire().await;
//!         let (_state, job) = state.wait_for_some(&self.arrived, |state| state.jobs.pop_front()).await;
//!         job
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! let jobs = Jobs::new();
//! let (job, ()) = tokio::join!(jobs.take(), jobs.put(7));
//! assert_eq!(job, 7);
//! # }
//! ```
//!
//! With `self.jobs.push_back(job)` in `put` the compiler says
//!
//! ```text
//! error[E0599]: no method named `push_back` found for struct `LockNotHeld<T, L>` in the current scope
//!    |         self.jobs.push_back(job);
//!    |                   ^^^^^^^^^ method not found in `LockNotHeld<VecDeque<u32>, lock>`
//! ```
//!
//! # Where to look
//!
//! | for | see |
//! |---|---|
//! | fields that a lock guards | [`#[guarded]`](macro@guarded) |
//! | `async with`: acquire, run a block in place, release | [`sync_block!`] |
//! | mutual exclusion | [`Lock`], its [`Guard`] and [`OwnedGuard`] |
//! | mutual exclusion per key | [`LockMap`] |
//! | to wait until the data has changed | [`Condition`]: with a lock of its own, or of a guarded struct |
//! | to wait until the data says so, without a notify | a [declared condition](macro@guarded#declared-conditions), [`Lock::when`] |
//! | to wait until something has happened | [`Event`] |
//! | to limit how many do something at once | [`BoundedSemaphore`], and [`Semaphore`] whose permits anybody may add to; [`Closable`] ones |
//! | to wait for each other | [`Barrier`], and [`Party`] which only its owner can wait with |
//! | the futures by name | [`waiting`] |
//! | to enter a type of your own with `sync_block!` | [`Enter`], [`TryEnter`] |
//!
//! # What holds for all of them
//!
//! - **Cancellation**: a future may be dropped at any await point. A waiter leaves no trace, and what it
//!   had been granted (the lock, permits, a notification) goes to the next waiter.
//! - **Fairness**: FIFO with direct hand-off. A contended release passes ownership to the first waiter,
//!   so nobody can barge; a notified waiter can be barged until it has been polled.
//! - **Cost**: waiting allocates nothing, constructors are `const`, [`Lock<()>`](Lock) and [`Event`] are
//!   one word.
//! - **Panics**: no poisoning. A guard that is dropped while unwinding releases its lock, and a waker
//!   that panics strands nobody.
//!
//! Each type's page says more under these headings, and where it differs from asyncio.
//!
//! # Features
//!
//! | feature | default | what it adds |
//! |---|---|---|
//! | `macros` | yes | `#[guarded]`, `sync_block!` |
//! | `tokio` | yes | `.within(LIMIT)`, tokio's cooperative budget; implies `std` |
//! | `std` | yes | owned guards and permits, `Barrier::split`, `LockMap`, blocking acquisition |
//!
//! Without default features the crate is `no_std` and needs no allocator. It runs on any executor; only
//! `.within(LIMIT)` needs tokio's timer.

#![cfg_attr(not(feature = "std"), no_std)]
// Unsafe code is fenced: each module that may hold some says so, and why.
#![deny(unsafe_code)]

#[cfg(feature = "std")]
extern crate alloc;
extern crate self as underlock;

mod barrier;
#[cfg(feature = "macros")]
mod block;
#[cfg(feature = "std")]
mod blocking;
mod bounded_semaphore;
mod condition;
mod coop;
mod enter;
mod event;
mod guarded;
mod lock;
#[cfg(feature = "std")]
mod lock_map;
mod misuse;
#[expect(unsafe_code, reason = "intrusive lists: nodes are reached through raw pointers")]
mod queue;
mod semaphore;
mod sync;

pub mod waiting;

/// Traits that are public to be named in bounds, and not to be implemented elsewhere.
mod sealed {
    pub trait Sealed {}

    /// Asked for by methods of public traits that are not for the public: nobody else has one.
    #[derive(Debug)]
    pub struct Inside;
}

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

#[cfg(feature = "std")]
pub use barrier::Party;
pub use barrier::{Barrier, BarrierPosition, BrokenBarrier};
pub use bounded_semaphore::BoundedSemaphore;
#[cfg(feature = "std")]
pub use condition::OwnedConditionGuard;
pub use condition::{
    Condition, ConditionGuard, ConditionOf, Declared, DeclaredOf, Kind, Owned, Shared,
};
pub use enter::{Busy, Elapsed, Enter, Now, Reenter, TryEnter, Within};
pub use event::Event;
pub use guarded::{Conditions, LockNotHeld};
pub use lock::{Guard, Lock, When};
#[cfg(feature = "std")]
pub use lock::{LockIn, OwnedGuard, OwnsLock};
#[cfg(feature = "std")]
pub use lock_map::{Key, KeyGuard, LockMap};
#[cfg(feature = "std")]
pub use semaphore::OwnedPermit;
pub use semaphore::{Closable, Closed, Many, Permit, PermitSource, Semaphore};
#[cfg(feature = "macros")]
pub use underlock_macros::guarded;
