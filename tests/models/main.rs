//! Loom models of the protocols: every interleaving, within a bound on preemptions, of a few
//! threads on one primitive. Run with
//!
//! ```text
//! cargo test --release -p underlock-models
//! ```
//!
//! A model ends when all its threads do: a lost wake-up is a deadlock, which loom reports. Data
//! guarded by a lock is a [`Tracked`] cell, in which loom detects concurrent access; data published
//! through another primitive is [`Published`].
//!
//! The comment of a model lists the faults that it has to catch, as changes of the library; the
//! program in `faults/` seeds them, one at a time, and checks that the model fails.

mod barrier;
mod condition;
mod declared;
mod event;
mod lock;
mod semaphore;

use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;

use loom::cell::UnsafeCell;
use loom::thread::JoinHandle;

/// Data guarded by a lock: loom reports concurrent accesses, and unordered ones.
#[derive(Default)]
pub(crate) struct Tracked(UnsafeCell<usize>);

impl Tracked {
    pub(crate) fn add(&mut self, value: usize) {
        // SAFETY: `self` is borrowed exclusively; loom checks that it holds.
        self.0.with_mut(|cell| unsafe { *cell += value });
    }

    pub(crate) fn get(&self) -> usize {
        // SAFETY: as above.
        self.0.with(|cell| unsafe { *cell })
    }
}

/// Data that one thread writes and others read later: loom reports a read that does not happen
/// after the write.
#[derive(Default)]
pub(crate) struct Published(UnsafeCell<usize>);

// SAFETY: loom checks that accesses do not overlap.
unsafe impl Sync for Published {}

impl Published {
    pub(crate) fn set(&self, value: usize) {
        // SAFETY: as for `Sync`.
        self.0.with_mut(|cell| unsafe { *cell = value });
    }

    pub(crate) fn get(&self) -> usize {
        // SAFETY: as for `Sync`.
        self.0.with(|cell| unsafe { *cell })
    }
}

pub(crate) fn join(threads: impl IntoIterator<Item = JoinHandle<()>>) {
    for thread in threads {
        thread.join().unwrap();
    }
}

/// Polls `future` once.
pub(crate) async fn poll_once<F: Future + ?Sized>(mut future: Pin<&mut F>) -> Poll<F::Output> {
    poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx))).await
}

/// Explores `model` with at most this many preemptions.
pub(crate) fn explore(preemptions: usize, model: impl Fn() + Sync + Send + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = builder.preemption_bound.or(Some(preemptions));
    builder.check(model);
}
