//! The methods of a condition's guard, on the condition: without its lock it has none of them.
//!
//! Three sets that differ in their bounds, and not one by a macro: the compiler quotes the method and
//! its bound to the user, and would quote the macro as well.

use core::future::Pending;

use super::{
    ConditionHeld, HeldToNotify, HeldToWait, LockHeldToNotify, LockHeldToWait, LockHeldToWaitUntil,
    NotDeclared, OwnLock,
};
use crate::condition::{Condition, ConditionGuard, Declared, Shared};

/// With a lock of its own.
impl<T> Condition<T> {
    #[doc(hidden)]
    pub fn release(&self)
    where
        Self: ConditionHeld,
    {
    }

    #[doc(hidden)]
    pub fn notify(&self, _: usize)
    where
        Self: HeldToNotify,
    {
    }

    #[doc(hidden)]
    pub fn notify_one(&self)
    where
        Self: HeldToNotify,
    {
    }

    #[doc(hidden)]
    pub fn notify_all(&self)
    where
        Self: HeldToNotify,
    {
    }

    #[doc(hidden)]
    pub fn wait(&self) -> Pending<ConditionGuard<'_, T>>
    where
        Self: HeldToWait,
    {
        core::future::pending()
    }

    #[doc(hidden)]
    pub fn wait_for<P>(&self, _: P) -> Pending<ConditionGuard<'_, T>>
    where
        Self: HeldToWait,
        P: FnMut(&T) -> bool,
    {
        core::future::pending()
    }

    #[doc(hidden)]
    pub fn wait_for_some<F, R>(&self, _: F) -> Pending<(ConditionGuard<'_, T>, R)>
    where
        Self: HeldToWait,
        F: FnMut(&mut T) -> Option<R>,
    {
        core::future::pending()
    }
}

/// Of a struct's lock. What the methods would give is left open: a guard of a type that does not fit
/// would be one more error.
impl<T: ?Sized, const SIDE: usize> Condition<T, Shared<SIDE>> {
    #[doc(hidden)]
    pub fn acquire<G>(&self) -> Pending<G>
    where
        Self: OwnLock,
    {
        core::future::pending()
    }

    #[doc(hidden)]
    pub fn release(&self)
    where
        Self: OwnLock,
    {
    }

    #[doc(hidden)]
    pub fn notify(&self, _: usize)
    where
        Self: LockHeldToNotify,
    {
    }

    #[doc(hidden)]
    pub fn notify_one(&self)
    where
        Self: LockHeldToNotify,
    {
    }

    #[doc(hidden)]
    pub fn notify_all(&self)
    where
        Self: LockHeldToNotify,
    {
    }

    #[doc(hidden)]
    pub fn wait<G>(&self) -> Pending<G>
    where
        Self: LockHeldToWait,
    {
        core::future::pending()
    }

    #[doc(hidden)]
    pub fn wait_for<P, G>(&self, _: P) -> Pending<G>
    where
        Self: LockHeldToWait,
        P: FnMut(&T) -> bool,
    {
        core::future::pending()
    }

    #[doc(hidden)]
    pub fn wait_for_some<F, R, G>(&self, _: F) -> Pending<(G, R)>
    where
        Self: LockHeldToWait,
        F: FnMut(&mut T) -> Option<R>,
    {
        core::future::pending()
    }
}

/// Of a struct's lock, and declared.
impl<T: ?Sized, const SIDE: usize> Condition<T, Declared<SIDE>> {
    #[doc(hidden)]
    pub fn acquire<G>(&self) -> Pending<G>
    where
        Self: OwnLock,
    {
        core::future::pending()
    }

    #[doc(hidden)]
    pub fn release(&self)
    where
        Self: OwnLock,
    {
    }

    #[doc(hidden)]
    pub fn notify(&self, _: usize)
    where
        Self: NotDeclared,
    {
    }

    #[doc(hidden)]
    pub fn notify_one(&self)
    where
        Self: NotDeclared,
    {
    }

    #[doc(hidden)]
    pub fn notify_all(&self)
    where
        Self: NotDeclared,
    {
    }

    #[doc(hidden)]
    pub fn wait<G>(&self) -> Pending<G>
    where
        Self: LockHeldToWaitUntil,
    {
        core::future::pending()
    }

    #[doc(hidden)]
    pub fn wait_for<P, G>(&self, _: P) -> Pending<G>
    where
        Self: LockHeldToWaitUntil,
        P: FnMut(&T) -> bool,
    {
        core::future::pending()
    }

    #[doc(hidden)]
    pub fn wait_for_some<F, R, G>(&self, _: F) -> Pending<(G, R)>
    where
        Self: LockHeldToWaitUntil,
        F: FnMut(&mut T) -> Option<R>,
    {
        core::future::pending()
    }
}
