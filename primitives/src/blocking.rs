//! Running one future to completion on a thread that may block.

use alloc::sync::Arc;
use core::pin::pin;
use core::task::{Context, Poll, Waker};
use std::sync::PoisonError;
use std::task::Wake;

use crate::sync::{Condvar, Mutex};

/// What a blocked thread sleeps on. Not `std::thread::park`: each thread has one token for that,
/// which may be meant for whoever else parks it, as an executor does that runs on this thread.
struct Parker {
    woken: Mutex<bool>,
    wake_up: Condvar,
}

// === impl Parker ===

impl Parker {
    fn new() -> Self {
        Self { woken: Mutex::new(false), wake_up: Condvar::new() }
    }

    /// Sleeps until woken; returns at once if that has happened since the last time.
    fn park(&self) {
        let mut woken = self.woken.lock().unwrap_or_else(PoisonError::into_inner);
        while !*woken {
            woken = self.wake_up.wait(woken).unwrap_or_else(PoisonError::into_inner);
        }
        *woken = false;
    }
}

impl Wake for Parker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        *self.woken.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.wake_up.notify_one();
    }
}

// === block_on ===

#[cfg(not(any(underlock_loom, underlock_shuttle)))]
std::thread_local! {
    /// The thread's parker while it is not in use, so that a thread allocates one at most. A call
    /// takes it out, so no call consumes the wake-ups of another; a waker that outlives its call
    /// causes a spurious wake-up of a later one, and no more.
    static IDLE: core::cell::Cell<Option<Arc<Parker>>> = const { core::cell::Cell::new(None) };
}

#[cfg(not(any(underlock_loom, underlock_shuttle)))]
fn take_parker() -> Arc<Parker> {
    // A thread can block in the destructor of another of its locals, after this one's.
    let idle = IDLE.try_with(core::cell::Cell::take).ok().flatten();
    idle.unwrap_or_else(|| Arc::new(Parker::new()))
}

#[cfg(not(any(underlock_loom, underlock_shuttle)))]
fn put_back(parker: Arc<Parker>) {
    let _ = IDLE.try_with(|idle| idle.set(Some(parker)));
}

#[cfg(any(underlock_loom, underlock_shuttle))]
fn take_parker() -> Arc<Parker> {
    Arc::new(Parker::new())
}

#[cfg(any(underlock_loom, underlock_shuttle))]
fn put_back(_: Arc<Parker>) {}

/// Panics with tokio's own words where this thread runs tasks, which blocking it would stop.
///
/// Entering a runtime is where tokio checks that. A current handle alone would say nothing, as there
/// is one in `spawn_blocking` and `block_in_place` too, where blocking is right.
#[cfg(feature = "tokio")]
#[track_caller]
fn assert_no_tasks_run_here() {
    if let Ok(runtime) = tokio::runtime::Handle::try_current() {
        runtime.block_on(core::future::ready(()));
    }
}

/// Polls `future` until it is ready and blocks this thread in between.
///
/// # Panics
///
/// Panics on a thread that runs a runtime's tasks.
#[track_caller]
pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    #[cfg(feature = "tokio")]
    assert_no_tasks_run_here();
    let mut future = pin!(future);
    let parker = take_parker();
    let waker = Waker::from(Arc::clone(&parker));
    let mut cx = Context::from_waker(&waker);
    loop {
        match future.as_mut().poll(&mut cx) {
            Poll::Ready(output) => {
                put_back(parker);
                return output;
            }
            Poll::Pending => parker.park(),
        }
    }
}
