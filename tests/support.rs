//! Helpers shared by several tests.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

pub(crate) use mix::Dice;

pub(crate) type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// Lets every task run until all are blocked. Needs a runtime with a paused clock, which advances
/// only then.
pub(crate) async fn settled() {
    tokio::time::sleep(Duration::from_millis(1)).await;
}

/// The order of the tasks' actions.
#[derive(Debug)]
pub(crate) struct Log<T>(Arc<Mutex<Vec<T>>>);

impl<T: Clone> Log<T> {
    pub(crate) fn new() -> Self {
        Self(Arc::default())
    }

    pub(crate) fn push(&self, entry: T) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(entry);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.entries().is_empty()
    }

    pub(crate) fn entries(&self) -> Vec<T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl<T> Clone for Log<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

/// A future that is polled by hand, with a waker of its own.
pub(crate) struct Polled<'a, T> {
    future: BoxFuture<'a, T>,
    alarm: Arc<Alarm>,
    heard: usize,
}

/// Counts wake-ups.
#[derive(Debug, Default)]
struct Alarm(AtomicUsize);

impl Wake for Alarm {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

impl<'a, T> Polled<'a, T> {
    pub(crate) fn new(future: impl Future<Output = T> + 'a) -> Self {
        Self { future: Box::pin(future), alarm: Arc::default(), heard: 0 }
    }

    /// A future that is pending after its first poll.
    #[track_caller]
    pub(crate) fn blocked(future: impl Future<Output = T> + 'a) -> Self {
        let mut polled = Self::new(future);
        polled.must_wait();
        polled
    }

    pub(crate) fn poll(&mut self) -> Poll<T> {
        self.heard = self.alarm.0.load(Ordering::SeqCst);
        let waker = Waker::from(Arc::clone(&self.alarm));
        self.future.as_mut().poll(&mut Context::from_waker(&waker))
    }

    /// Polls with a waker that `is_woken` does not see.
    pub(crate) fn poll_with(&mut self, waker: &Waker) -> Poll<T> {
        self.future.as_mut().poll(&mut Context::from_waker(waker))
    }

    /// Replaces the waker. The old one is dropped and never woken again.
    pub(crate) fn poll_elsewhere(&mut self) -> Poll<T> {
        let before = std::mem::take(&mut self.alarm);
        let outcome = self.poll();
        assert_eq!(Arc::strong_count(&before), 1, "the replaced waker was not dropped");
        outcome
    }

    /// Whether it was woken since its last poll.
    #[track_caller]
    pub(crate) fn is_woken(&self) -> bool {
        match self.alarm.0.load(Ordering::SeqCst) - self.heard {
            0 => false,
            1 => true,
            times => panic!("woken {times} times without a poll in between"),
        }
    }

    #[track_caller]
    pub(crate) fn must_wait(&mut self) {
        assert!(self.poll().is_pending(), "it should be pending");
    }

    /// The output of a future that was woken.
    #[track_caller]
    pub(crate) fn must_go_on(&mut self) -> T {
        assert!(self.is_woken(), "it should have been woken");
        match self.poll() {
            Poll::Ready(output) => output,
            Poll::Pending => panic!("it should be ready"),
        }
    }

    /// The output of a woken future that is polled before another that was woken earlier: it yields
    /// to that one for one poll.
    #[track_caller]
    pub(crate) fn must_go_on_out_of_order(&mut self) -> T {
        self.must_yield_to_earlier();
        self.must_go_on()
    }

    /// Polled out of order, it yields to waiters that were woken earlier, and wakes itself.
    #[track_caller]
    pub(crate) fn must_yield_to_earlier(&mut self) {
        assert!(self.is_woken(), "it should have been woken");
        self.must_wait();
        assert!(self.is_woken(), "it should wake itself");
    }

    /// Drops the future and checks that it leaves no waker behind.
    #[track_caller]
    pub(crate) fn cancel(self) {
        let Self { future, alarm, .. } = self;
        drop(future);
        assert_eq!(Arc::strong_count(&alarm), 1, "a dropped future left its waker behind");
    }
}

/// The output of a future that is ready at its first poll.
#[track_caller]
pub(crate) fn at_once<T>(future: impl Future<Output = T>) -> T {
    match Polled::new(future).poll() {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("it should be ready at its first poll"),
    }
}

/// Spends what is left of the task's budget.
pub(crate) async fn spend_budget() {
    let mut spending = pin!(async {
        loop {
            tokio::task::coop::consume_budget().await;
        }
    });
    poll_fn(|cx| {
        let _: Poll<()> = spending.as_mut().poll(cx);
        Poll::Ready(())
    })
    .await;
}
