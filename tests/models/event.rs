//! Set and clear against wait and cancel.

use std::pin::pin;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;
use std::task::{Context, Wake, Waker};

use loom::future::block_on;
use loom::sync::Arc;
use loom::thread;
use underlock::Event;

use crate::{Published, explore, join, poll_once};

fn waiting(event: &Arc<Event>) -> thread::JoinHandle<()> {
    let event = Arc::clone(event);
    thread::spawn(move || block_on(event.wait()))
}

/// Nobody who waits misses the set, or goes on before it.
///
/// ```fault
/// event.rs, poll_slow: who begins to wait does not look at the flag again once the queue is locked
/// - if !me.flag()
/// ```
/// ```fault
/// event.rs, poll_slow: who begins to wait while the queue is locked does not wait
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

/// Who sees the event set sees what was done before.
///
/// ```fault
/// event.rs, set: who sees the event set may not see what was done before
/// - Ordering::Release
/// + Ordering::Relaxed
/// ```
/// ```fault
/// queue.rs, word: who looks at the event may not see what was done before it was set
/// - Ordering::Acquire
/// + Ordering::Relaxed
/// ```
/// ```fault
/// queue/node.rs, Node::pop: who is woken may not see what was done before
/// - Ordering::Release
/// + Ordering::Relaxed
/// ```
/// ```fault
/// queue/waiter.rs, link: who is woken does not look what was done before
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
                // Polled by itself at times: an executor's own synchronization would hide it.
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

/// More waiters than a batch holds, so that the lock is released in the middle of the set; one of
/// them goes away meanwhile.
///
/// ```fault
/// queue/drain.rs, drain: a set stops at a batch
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

/// The event is cleared while a set is at work on more waiters than a batch holds: all are woken.
///
/// ```fault
/// queue/drain.rs, Drain::run: a set goes on only while the event is set
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
        let setter = {
            let event = Arc::clone(&event);
            thread::spawn(move || event.set())
        };
        event.clear();
        setter.join().unwrap();
        assert_eq!(woken.0.load(Relaxed), waits.len());
    });
}

/// Counts how often it is woken. The count is not one of loom's: it tells the model something and
/// orders nothing.
#[derive(Default)]
struct Woken(AtomicUsize);

impl Wake for Woken {
    fn wake(self: std::sync::Arc<Self>) {
        self.0.fetch_add(1, Relaxed);
    }
}

/// Who sees the event set is ready, also one whose turn to be woken has not come; so is whoever was
/// in line when it was set by somebody else, or before that was cleared.
///
/// ```fault
/// event.rs, is_released: one in line waits to be woken though the event is set
/// - me.flag() || me.tag() == RELEASED
/// + me.tag() == RELEASED
/// ```
#[test]
fn who_sees_it_set_is_ready() {
    explore(3, || {
        let event = Arc::new(Event::new());
        block_on(async {
            let mut waits = [event.wait(), event.wait(), event.wait()].map(Box::pin);
            for wait in &mut waits {
                assert!(poll_once(wait.as_mut()).await.is_pending());
            }
            let setter = {
                let event = Arc::clone(&event);
                thread::spawn(move || event.set())
            };
            if event.is_set() {
                for wait in &mut waits {
                    assert!(poll_once(wait.as_mut()).await.is_ready());
                }
            }
            setter.join().unwrap();
        });
    });
}

/// When a set returns, all who waited before it are released, also if another is at work on them
/// still, and whatever a clear does then.
///
/// ```fault
/// event.rs, clear_contended: a clear takes the release back
/// - waiter.set_tag(RELEASED);
/// ```
/// ```fault
/// event.rs, clear_contended: the event is cleared without a look at who is still to be woken
/// - word.flag() && !word.has_waiters()
/// + word.flag()
/// ```
#[test]
fn all_are_ready_when_a_set_returns() {
    explore(3, || {
        let event = Arc::new(Event::new());
        block_on(async {
            let mut waits = [event.wait(), event.wait(), event.wait()].map(Box::pin);
            for wait in &mut waits {
                assert!(poll_once(wait.as_mut()).await.is_pending());
            }
            let setter = {
                let event = Arc::clone(&event);
                thread::spawn(move || event.set())
            };
            event.set();
            event.clear();
            for wait in &mut waits {
                assert!(poll_once(wait.as_mut()).await.is_ready());
            }
            setter.join().unwrap();
        });
    });
}

/// Who comes after a clear waits for the next set, though those before it are still being woken.
///
/// ```fault
/// event.rs, poll_new: who comes after the clear is released by the set before
/// - WAITING
/// + RELEASED
/// ```
#[test]
fn who_comes_after_a_clear_waits() {
    explore(2, || {
        let event = Arc::new(Event::new());
        block_on(async {
            let mut waits = [event.wait(), event.wait(), event.wait()].map(Box::pin);
            for wait in &mut waits {
                assert!(poll_once(wait.as_mut()).await.is_pending());
            }
            let setter = {
                let event = Arc::clone(&event);
                thread::spawn(move || event.set())
            };
            if event.is_set() {
                event.clear();
                let mut late = pin!(event.wait());
                for _ in 0..2 {
                    assert!(poll_once(late.as_mut()).await.is_pending());
                }
            }
            setter.join().unwrap();
        });
    });
}

/// Who waited when it was set goes on, though it is cleared at once; who comes after waits for the
/// next set.
///
/// ```fault
/// event.rs, poll: who is woken waits again if the event was cleared meanwhile
/// - seat.acknowledge();
/// - Poll::Ready(())
/// + seat.acknowledge();
/// + poll_queued(seat, cx)
/// ```
#[test]
fn set_and_clear_release_who_waited() {
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

/// Two set it at once.
///
/// ```fault
/// event.rs, set_contended: the event is set without a look at who waits
/// - (!word.has_waiters()).then(|| word.with_flag(true))
/// + Some(word.with_flag(true))
/// ```
#[test]
fn set_against_set() {
    explore(2, || {
        let event = Arc::new(Event::new());
        let waiter = waiting(&event);
        let setter = {
            let event = Arc::clone(&event);
            thread::spawn(move || event.set())
        };
        event.set();
        setter.join().unwrap();
        waiter.join().unwrap();
        assert!(event.is_set());
    });
}
