//! Running one future to its end on a thread that may block.

use core::pin::pin;
use core::task::{Context, Poll, Waker};
use std::sync::Arc;
use std::task::Wake;

#[cfg(underlock_loom)]
use loom::thread::{self, Thread};
#[cfg(underlock_shuttle)]
use shuttle::thread::{self, Thread};
#[cfg(not(any(underlock_loom, underlock_shuttle)))]
use std::thread::{self, Thread};

/// Wakes a thread.
struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.0.unpark();
    }
}

#[cfg(not(any(underlock_loom, underlock_shuttle)))]
fn current_waker() -> Waker {
    std::thread_local! {
        /// One for the thread's life, so that blocking allocates once at most.
        static WAKER: Waker = Waker::from(Arc::new(Unpark(thread::current())));
    }
    // The thread may be past its local values, as when it blocks in the drop of one.
    WAKER
        .try_with(Clone::clone)
        .unwrap_or_else(|_| Waker::from(Arc::new(Unpark(thread::current()))))
}

#[cfg(any(underlock_loom, underlock_shuttle))]
fn current_waker() -> Waker {
    Waker::from(Arc::new(Unpark(thread::current())))
}

/// Polls `future` until it is ready and parks this thread in between.
pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    // A task that has spent its budget is made to yield to a scheduler that this thread, blocked,
    // does not run.
    #[cfg(feature = "tokio")]
    let future = tokio::task::coop::unconstrained(future);
    let mut future = pin!(future);
    let waker = current_waker();
    let mut cx = Context::from_waker(&waker);
    loop {
        // Unparking before `park` makes it return at once, so no wake-up is lost in between.
        match future.as_mut().poll(&mut cx) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}
