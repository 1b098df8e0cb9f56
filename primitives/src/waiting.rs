//! The futures of the primitives, by name: to be kept in a struct or returned from a trait.

pub use crate::barrier::BarrierWait;
pub use crate::condition::AcquireCondition;
#[cfg(feature = "std")]
pub use crate::condition::AcquireOwnedCondition;
pub use crate::enter::{EnterNow, EnterWithin};
pub use crate::event::EventWait;
#[cfg(feature = "std")]
pub use crate::lock::AcquireOwned;
#[cfg(feature = "tokio")]
pub use crate::lock::WaitWithin;
pub use crate::lock::{Acquire, CanWait, GiveUp, Wait, WaitFor, WaitForSome, WaitUntil};
pub use crate::semaphore::AcquirePermit;
