//! Wakers taken out under a queue's lock, to be woken after it is released.

use core::mem::MaybeUninit;
use core::task::Waker;

/// How many wakers are taken out before the lock is released to wake them: tokio's number, half a
/// kilobyte of stack. Small in models, so that they reach the second batch.
const BATCH: usize = if cfg!(any(underlock_loom, underlock_shuttle)) { 2 } else { 32 };

/// A batch of wakers, woken when it is dropped. It is large: not to be moved once it is filled.
pub(crate) struct WakeList {
    /// `wakers[next..end]` are initialised.
    wakers: [MaybeUninit<Waker>; BATCH],
    next: usize,
    end: usize,
}

impl WakeList {
    pub(crate) const fn new() -> Self {
        Self { wakers: [const { MaybeUninit::uninit() }; BATCH], next: 0, end: 0 }
    }

    pub(crate) fn is_full(&self) -> bool {
        self.end == BATCH
    }

    /// Adds a waker, if there is one, to a list that is not full.
    pub(crate) fn push(&mut self, waker: Option<Waker>) {
        if let Some(waker) = waker {
            self.wakers[self.end].write(waker);
            self.end += 1;
        }
    }

    /// Wakes all of them in the order they came, also when one of them panics.
    pub(crate) fn wake(&mut self) {
        /// Goes on where a panic left off. Another panic then aborts, as any in a drop does.
        struct Rest<'a>(&'a mut WakeList);

        impl Drop for Rest<'_> {
            fn drop(&mut self) {
                self.0.wake_all();
            }
        }

        Rest(self).0.wake_all();
    }

    fn wake_all(&mut self) {
        while self.next < self.end {
            let next = self.next;
            self.next += 1;
            // SAFETY: it was in `next..end`, and moving `next` past it first makes this the one
            // time that it is read.
            let waker = unsafe { self.wakers[next].assume_init_read() };
            waker.wake();
        }
    }
}

impl Drop for WakeList {
    fn drop(&mut self) {
        self.wake();
    }
}

/// A waker that is woken when it is dropped: also when one that is woken before it panics.
pub(crate) struct WakeOnDrop(pub(crate) Option<Waker>);

impl Drop for WakeOnDrop {
    fn drop(&mut self) {
        if let Some(waker) = self.0.take() {
            waker.wake();
        }
    }
}
