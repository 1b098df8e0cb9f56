//! The futures of the primitives, by name: to be kept in a struct or returned from a trait.

pub use crate::barrier::BarrierWait;
pub use crate::condition::{
    AcquireCondition, ConditionWait, ConditionWaitFor, ConditionWaitForSome,
};
pub use crate::enter::EnterWithin;
pub use crate::event::EventWait;
#[cfg(feature = "std")]
pub use crate::lock::AcquireOwned;
pub use crate::lock::{Acquire, Wait, WaitFor, WaitForSome};
#[cfg(feature = "std")]
pub use crate::lock_map::AcquireKey;
pub use crate::semaphore::{AcquirePermit, AcquireUnlessClosed};
