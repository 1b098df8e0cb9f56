#![cfg_attr(not(feature = "std"), no_std)]
#![doc = include_str!("../README.md")]
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
pub use condition::{Condition, ConditionGuard, ConditionOf, Kind, Owned, Shared};
pub use enter::{Busy, Elapsed, Enter, Now, Reenter, TryEnter, Within};
pub use event::Event;
pub use guarded::{Conditions, LockNotHeld};
#[cfg(feature = "std")]
pub use lock::OwnedGuard;
pub use lock::{Guard, Lock};
#[cfg(feature = "std")]
pub use semaphore::OwnedPermit;
pub use semaphore::{Permit, PermitSource, Semaphore};
#[cfg(feature = "macros")]
pub use underlock_macros::guarded;
