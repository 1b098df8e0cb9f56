//! `set` and `clear` against wait and cancel.

use std::pin::{Pin, pin};
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;
use std::task::{Context, Wake, Waker};

use loom::future::block_on;
use loom::sync::Arc;
use loom::thread;
use underlock::Event;
use underlock::waiting::EventWait;

use crate::{Published, explore, join, poll_once};

fn waiting(event: &Arc<Event>) -> thread::JoinHandle<()> {
    let event = Arc::clone(event);
    thread::spawn(move || block_on(event.wait()))
}

fn setting(event: &Arc<Event>) -> thread::JoinHandle<()> {
    let event = Arc::clone(event);
    thread::spawn(move || event.set())
}

/// More waits than a batch holds.
type Waits<'a> = [Pin<Box<EventWait<'a>>>; 3];

/// Explores `run`, which gets queued waits, while another thread sets their event.
fn explore_during_a_set(
    preemptions: usize,
    run: impl AsyncFn(&Event, &mut Waits<'_>) + Send + Sync + 'static,
) {
    explore(preemptions, move || {
        let event = Arc::new(Event::new());
        block_on(async {
            let mut waits = [event.wait(), event.wait(), event.wait()].map(Box::pin);
            for wait in &mut waits {
                assert!(poll_once(wait.as_mut()).await.is_pending());
            }
            let setter = setting(&event);
            run(&event, &mut waits).await;
            setter.join().unwrap();
        });
    });
}

/// No wait misses the set, and none completes before it.
///
/// ```fault
/// event.rs, poll_slow: the flag is not checked again under the queue's lock
/// - if !me.flag()
/// ```
/// ```fault
/// event.rs, poll_slow: a wait is ready if the queue was locked at its first poll
/// - !me.flag()
/// + false
/// ```
#[test]
fn set_against_wait() {
    explore(2, || {
        let shared = Arc::new((Event::new(), Published::default()));
        let others = [(); 2].map(|()| {
            let shared = Arc::clone(&shared);
            thread::spawn(move || {
                block_on(shared.0.wait());
                assert_eq!(shared.1.get(), 1);
            })
        });
        shared.1.set(1);
        shared.0.set();
        join(others);
    });
}

/// A task that observes the set sees all writes before it.
///
/// ```fault
/// event.rs, set: writes before the set are not visible to a task that observes it
/// - Ordering::Release
/// + Ordering::Relaxed
/// ```
/// ```fault
/// queue.rs, word: the flag is read without acquiring the writes before the set
/// - Ordering::Acquire
/// + Ordering::Relaxed
/// ```
/// ```fault
/// queue/node.rs, Node::pop: writes before the set are not visible to a released waiter
/// - Ordering::Release
/// + Ordering::Relaxed
/// ```
/// ```fault
/// queue/waiter.rs, link: a released waiter does not acquire the writes before the set
/// - Ordering::Acquire
/// + Ordering::Relaxed
/// ```
#[test]
fn set_publishes() {
    explore(3, || {
        let shared = Arc::new((Event::new(), Published::default()));
        let other = {
            let shared = Arc::clone(&shared);
            thread::spawn(move || {
                // Polled by hand at times: an executor's own synchronization would hide the fault.
                let mut wait = Box::pin(shared.0.wait());
                for _ in 0..2 {
                    if block_on(poll_once(wait.as_mut())).is_ready() {
                        assert_eq!(shared.1.get(), 1);
                        break;
                    }
                }
            })
        };
        shared.1.set(1);
        shared.0.set();
        other.join().unwrap();
    });
}

/// More waiters than a batch holds, so the queue is unlocked in the middle of the set; one of them
/// is cancelled then.
///
/// ```fault
/// queue/drain.rs, drain: a set wakes only one batch
/// - rest.run()
/// + core::mem::forget(rest)
/// ```
#[test]
fn set_in_batches_against_cancel() {
    explore(1, || {
        let event = Arc::new(Event::new());
        block_on(async {
            let mut first = pin!(event.wait());
            let mut second = pin!(event.wait());
            assert!(poll_once(first.as_mut()).await.is_pending());
            assert!(poll_once(second.as_mut()).await.is_pending());
            let leaving = {
                let event = Arc::clone(&event);
                thread::spawn(move || {
                    let _ = block_on(poll_once(pin!(event.wait())));
                })
            };
            let staying = waiting(&event);
            event.set();
            first.await;
            second.await;
            leaving.join().unwrap();
            staying.join().unwrap();
        });
    });
}

/// The event is cleared while a set of more than a batch is being drained: all waiters are woken.
///
/// ```fault
/// queue/drain.rs, Drain::run: a clear stops the drain of a set
/// - while self.0.link() == Link::Linked
/// + while self.0.link() == Link::Linked && self.0.queue().word().flag()
/// ```
#[test]
fn clear_during_a_set() {
    explore(2, || {
        let event = Arc::new(Event::new());
        let woken = std::sync::Arc::new(Woken::default());
        let waker = Waker::from(woken.clone());
        let mut waits = [event.wait(), event.wait(), event.wait()].map(Box::pin);
        for wait in &mut waits {
            assert!(wait.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
        }
        let setter = setting(&event);
        event.clear();
        setter.join().unwrap();
        assert_eq!(woken.0.load(Relaxed), waits.len());
    });
}

/// Counts wake-ups. Not one of loom's atomics: it informs the model and orders nothing.
#[derive(Default)]
struct Woken(AtomicUsize);

impl Wake for Woken {
    fn wake(self: std::sync::Arc<Self>) {
        self.0.fetch_add(1, Relaxed);
    }
}

/// Once the event is seen set all its waiters are ready, also those that are still queued to be
/// woken.
///
/// ```fault
/// event.rs, is_released: a queued waiter stays pending though the event is set
/// - me.flag() || me.tag() == RELEASED
/// + me.tag() == RELEASED
/// ```
#[test]
fn all_are_ready_once_it_is_seen_set() {
    explore_during_a_set(3, async |event: &Event, waits: &mut Waits<'_>| {
        if event.is_set() {
            for wait in &mut *waits {
                assert!(poll_once(wait.as_mut()).await.is_ready());
            }
        }
    });
}

/// When `set` returns all earlier waiters are released, even while another thread is still draining
/// them, and whatever `clear` does then.
///
/// ```fault
/// event.rs, clear_contended: a clear revokes the release of queued waiters
/// - waiter.set_tag(RELEASED);
/// ```
/// ```fault
/// event.rs, clear_contended: a clear ignores waiters that are still to be woken
/// - word.flag() && !word.has_waiters()
/// + word.flag()
/// ```
#[test]
fn all_are_ready_when_a_set_returns() {
    explore_during_a_set(3, async |event: &Event, waits: &mut Waits<'_>| {
        event.set();
        event.clear();
        for wait in &mut *waits {
            assert!(poll_once(wait.as_mut()).await.is_ready());
        }
    });
}

/// A wait that begins after a clear waits for the next set, though earlier waiters are still being
/// drained.
///
/// ```fault
/// event.rs, poll_new: a wait that begins after the clear is released by the set before
/// - WAITING
/// + RELEASED
/// ```
#[test]
fn wait_after_a_clear_is_pending() {
    explore_during_a_set(2, async |event: &Event, _: &mut Waits<'_>| {
        if event.is_set() {
            event.clear();
            let mut late = pin!(event.wait());
            for _ in 0..2 {
                assert!(poll_once(late.as_mut()).await.is_pending());
            }
        }
    });
}

/// Waiters of a set complete though the event is cleared right after it.
///
/// ```fault
/// event.rs, poll: a released wait is queued again if the event was cleared meanwhile
/// - seat.acknowledge();
/// - Poll::Ready(())
/// + seat.acknowledge();
/// + poll_queued(seat, cx)
/// ```
#[test]
fn set_then_clear_releases_waiters() {
    explore(3, || {
        let event = Arc::new(Event::new());
        block_on(async {
            let mut waiter = pin!(event.wait());
            assert!(poll_once(waiter.as_mut()).await.is_pending());
            let other = {
                let event = Arc::clone(&event);
                thread::spawn(move || {
                    event.set();
                    event.clear();
                })
            };
            waiter.await;
            other.join().unwrap();
            assert!(!event.is_set());
        });
    });
}

/// Two threads set the event.
///
/// ```fault
/// event.rs, set_contended: a set ignores waiters
/// - (!word.has_waiters()).then(|| word.with_flag(true))
/// + Some(word.with_flag(true))
/// ```
#[test]
fn set_against_set() {
    explore(2, || {
        let event = Arc::new(Event::new());
        let waiter = waiting(&event);
        let setter = setting(&event);
        event.set();
        setter.join().unwrap();
        waiter.join().unwrap();
        assert!(event.is_set());
    });
}
