//! `when` on what has no declared conditions.
//!
//! What comes back can be entered as what was there before, so that the block needs no further error.
//! No macro, since the compiler quotes the bound.

use super::HasConditions;
use crate::barrier::Barrier;
use crate::bounded_semaphore::BoundedSemaphore;
use crate::condition::Condition;
use crate::semaphore::Semaphore;

impl Semaphore {
    #[doc(hidden)]
    pub fn when<'a, C: ?Sized>(&'a self, _: &C) -> &'a Self
    where
        &'a Self: HasConditions,
    {
        self
    }
}

impl BoundedSemaphore {
    #[doc(hidden)]
    pub fn when<'a, C: ?Sized>(&'a self, _: &C) -> &'a Self
    where
        &'a Self: HasConditions,
    {
        self
    }
}

impl Barrier {
    #[doc(hidden)]
    pub fn when<'a, C: ?Sized>(&'a self, _: &C) -> &'a Self
    where
        &'a Self: HasConditions,
    {
        self
    }
}

impl<T> Condition<T> {
    #[doc(hidden)]
    pub fn when<'a, C: ?Sized>(&'a self, _: &C) -> &'a Self
    where
        &'a Self: HasConditions,
    {
        self
    }
}
