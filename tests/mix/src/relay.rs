//! A waker between a future and its task.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Wake, Waker};

/// Wakes a task, until it is cut.
pub(crate) struct Relay {
    task: Waker,
    cut: AtomicBool,
}

impl Relay {
    pub(crate) fn new(task: Waker) -> Self {
        Self { task, cut: AtomicBool::new(false) }
    }

    /// The future has another waker now.
    pub(crate) fn cut(&self) {
        self.cut.store(true, Ordering::Relaxed);
    }
}

impl Wake for Relay {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if !self.cut.load(Ordering::Relaxed) {
            self.task.wake_by_ref();
        }
    }
}
