//! Set and clear against wait and cancel.

use std::pin::pin;

use loom::future::block_on;
use loom::sync::Arc;
use loom::thread;
use underlock::Event;

use crate::{explore, poll_once};

fn waiting(event: &Arc<Event>) -> thread::JoinHandle<()> {
    let event = Arc::clone(event);
    thread::spawn(move || block_on(event.wait()))
}

/// Nobody who waits misses the set. Caught: an `enqueue` that does not look at the flag again
/// under the lock.
#[test]
fn set_against_wait() {
    explore(1, || {
        let event = Arc::new(Event::new());
        let others = [waiting(&event), waiting(&event)];
        event.set();
        others.into_iter().for_each(|other| other.join().unwrap());
    });
}

/// More waiters than a batch holds, so that the lock is released in the middle of the set; one of
/// them goes away meanwhile. Caught: a drain that stops at a batch.
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

/// Who waited when it was set goes on, though it is cleared at once; who comes after waits for the
/// next set. Caught: waiters that look at the flag instead of being popped.
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
