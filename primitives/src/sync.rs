//! The one door to atomics, and to the cells, mutexes and waits that the models watch: the real ones, loom's
//! under `cfg(underlock_loom)`, Shuttle's under `cfg(underlock_shuttle)`.
//!
//! Nothing else in the crate names `core::sync::atomic`, so that every model runs the code that
//! ships. Two cells are `core`'s own in every build: a node's `started`, which its owner alone
//! reaches, and the lock's data, which guards hand out by reference where loom's cell wants a
//! closure (the models put cells of loom's *into* the lock instead). So are the atomics that publish
//! nothing, [`plain`].

#[cfg(not(any(underlock_loom, underlock_shuttle)))]
pub(crate) use core::sync::atomic;
#[cfg(underlock_loom)]
pub(crate) use loom::sync::atomic;
#[cfg(underlock_shuttle)]
pub(crate) use shuttle::sync::atomic;

/// Atomics that the models need not watch: no other access is ordered by them.
pub(crate) use core::sync::atomic as plain;

#[cfg(underlock_loom)]
pub(crate) use loom::sync::{Condvar, Mutex};
#[cfg(underlock_shuttle)]
pub(crate) use shuttle::sync::{Condvar, Mutex};
#[cfg(all(feature = "std", not(any(underlock_loom, underlock_shuttle))))]
pub(crate) use std::sync::{Condvar, Mutex};

#[cfg(underlock_loom)]
pub(crate) use loom::cell::UnsafeCell;

/// `core`'s cell behind the closures of loom's, which is how loom sees every access.
#[cfg(not(underlock_loom))]
#[derive(Debug)]
#[repr(transparent)]
pub(crate) struct UnsafeCell<T: ?Sized>(core::cell::UnsafeCell<T>);

#[cfg(not(underlock_loom))]
impl<T> UnsafeCell<T> {
    pub(crate) const fn new(value: T) -> Self {
        Self(core::cell::UnsafeCell::new(value))
    }
}

#[cfg(not(underlock_loom))]
impl<T: ?Sized> UnsafeCell<T> {
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "it stands for a plain field access")]
    pub(crate) fn with<R>(&self, access: impl FnOnce(*const T) -> R) -> R {
        access(self.0.get())
    }

    #[inline(always)]
    #[expect(clippy::inline_always, reason = "it stands for a plain field access")]
    pub(crate) fn with_mut<R>(&self, access: impl FnOnce(*mut T) -> R) -> R {
        access(self.0.get())
    }
}

/// Waits a little for another thread to finish the few instructions of an internal lock.
///
/// The holder never runs user code, so it is done within the spins (63 in all) unless
/// it was preempted; then its thread needs this processor.
#[cfg(not(any(underlock_loom, underlock_shuttle)))]
#[cold]
pub(crate) fn backoff(tries: &mut u32) {
    const SPINS: u32 = 6;
    if *tries < SPINS {
        for _ in 0..1_u32 << *tries {
            core::hint::spin_loop();
        }
        *tries += 1;
    } else {
        #[cfg(feature = "std")]
        std::thread::yield_now();
        #[cfg(not(feature = "std"))]
        core::hint::spin_loop();
    }
}

/// Backs off after another thread has won an exchange, and returns what `word` is then: the winner
/// gets a few more exchanges done before the cache line moves between the processors again.
#[cfg(not(any(underlock_loom, underlock_shuttle)))]
#[cold]
pub(crate) fn backoff_after_loss(tries: &mut u32, word: &atomic::AtomicUsize, _: usize) -> usize {
    backoff(tries);
    word.load(atomic::Ordering::Relaxed)
}

/// The winner is done, so nobody is waited for: to yield would hide what can happen.
#[cfg(any(underlock_loom, underlock_shuttle))]
pub(crate) fn backoff_after_loss(_: &mut u32, _: &atomic::AtomicUsize, now: usize) -> usize {
    now
}

/// loom would explore every number of rounds that the spinning threads can turn without letting
/// the holder run. Each is one of the first, said at length: after those, no more alternatives.
#[cfg(underlock_loom)]
pub(crate) fn backoff(tries: &mut u32) {
    const ROUNDS: u32 = 2;
    *tries += 1;
    if *tries > ROUNDS {
        loom::skip_branch();
    }
    loom::thread::yield_now();
}

/// Shuttle has to know who spins, to run another.
#[cfg(underlock_shuttle)]
pub(crate) fn backoff(_: &mut u32) {
    shuttle::hint::spin_loop();
}

/// Declares a `const fn` that is an ordinary one under loom, whose types have no `const`
/// constructors.
macro_rules! const_fn {
    ($(#[$attribute:meta])* $visibility:vis const $($rest:tt)*) => {
        #[cfg(not(underlock_loom))]
        $(#[$attribute])*
        $visibility const $($rest)*
        #[cfg(underlock_loom)]
        $(#[$attribute])*
        $visibility $($rest)*
    };
}
pub(crate) use const_fn;
