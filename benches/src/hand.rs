//! Futures polled by hand, without a runtime.

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};

/// A slot for one future at a time, with a waker of its own like a task's.
pub(crate) struct Slot<F> {
    future: Pin<Box<Option<F>>>,
    woken: Arc<Woken>,
    waker: Waker,
}

#[derive(Default)]
struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// The output of a future that is ready at its first poll.
pub(crate) fn now<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("it is ready at its first poll"),
    }
}

impl<F: Future> Slot<F> {
    pub(crate) fn many(len: usize) -> Vec<Self> {
        (0..len).map(|_| Self::new()).collect()
    }

    pub(crate) fn new() -> Self {
        let woken = Arc::<Woken>::default();
        let waker = Waker::from(Arc::clone(&woken));
        Self { future: Box::pin(None), woken, waker }
    }

    /// Stores the future and polls it once; it must be pending.
    ///
    /// Pass an async block: storing moves its argument, and moving a future that was just made
    /// costs more than waiting in it. The awaited future is made in place.
    pub(crate) fn queue(&mut self, future: F) {
        self.future.set(Some(future));
        assert!(self.poll().is_pending(), "it is pending");
    }

    /// Polls the future for the last time: it was woken and is ready.
    pub(crate) fn finish(&mut self) -> F::Output {
        assert!(self.woken.0.load(Ordering::Relaxed), "it was woken");
        self.woken.0.store(false, Ordering::Relaxed);
        let Poll::Ready(output) = self.poll() else { panic!("it is ready once woken") };
        output
    }

    /// Drops the future.
    pub(crate) fn clear(&mut self) {
        self.future.set(None);
    }

    fn poll(&mut self) -> Poll<F::Output> {
        let future = self.future.as_mut().as_pin_mut().expect("a future was placed");
        future.poll(&mut Context::from_waker(&self.waker))
    }
}
