//! Waiting and waking allocate nothing. A binary of its own, for its counting allocator.

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

use underlock::{
    Barrier, BoundedSemaphore, Condition, Conditions, Declared, Event, Lock, Semaphore,
};

struct Task;

impl Wake for Task {
    fn wake(self: Arc<Self>) {}
}

/// The number of allocations made by `run`, which gets two wakers made before.
fn allocations(run: impl FnOnce([&mut Context<'_>; 2])) -> u64 {
    let wakers = [Waker::from(Arc::new(Task)), Waker::from(Arc::new(Task))];
    let [mut first, mut second] = wakers.each_ref().map(Context::from_waker);
    allocation_counter::measure(|| run([&mut first, &mut second])).count_total
}

/// A state with a declared condition, as `#[guarded]` makes it.
struct Open(bool);

impl Conditions<1> for Open {
    const WHEN: [Option<fn(&Self) -> bool>; 1] = [Some(|open| open.0)];
}

#[test]
fn declared_condition() {
    let lock = Lock::<_, 1>::new(Open(false));
    let open = Condition::<Open, Declared<0>>::shared();
    let count = allocations(|[first, second]| {
        let mut entering = pin!(lock.when(&open).into_future());
        must_wait(entering.as_mut(), first);
        let mut waiting = pin!(lock.try_acquire().unwrap().wait_until(&open));
        must_wait(waiting.as_mut(), second);
        lock.try_acquire().unwrap().0 = true;
        must_go_on(entering.as_mut(), first).release();
        must_go_on(waiting.as_mut(), second).release();
    });
    assert_eq!(count, 0);
}

fn must_wait<F: Future>(future: Pin<&mut F>, cx: &mut Context<'_>) {
    assert!(future.poll(cx).is_pending());
}

fn must_go_on<F: Future>(future: Pin<&mut F>, cx: &mut Context<'_>) -> F::Output {
    match future.poll(cx) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("it is pending"),
    }
}

#[test]
fn the_allocator_counts() {
    assert_eq!(allocations(|_| drop(Box::new(1))), 1);
}

#[test]
fn lock() {
    let lock = Lock::new(0);
    let counted = allocations(|[one, two]| {
        let guard = must_go_on(pin!(lock.acquire()), one);
        let mut queued = pin!(lock.acquire());
        must_wait(queued.as_mut(), one);
        must_wait(pin!(lock.acquire()), two); // and is cancelled
        guard.release();
        must_go_on(queued, one).release();
    });
    assert_eq!(counted, 0);
}

#[test]
fn condition() {
    let condition = Condition::new(false);
    let counted = allocations(|[one, two]| {
        let guard = must_go_on(pin!(condition.acquire()), one);
        let mut waiting = pin!(guard.wait_for(|ready| *ready));
        must_wait(waiting.as_mut(), one);
        let mut guard = must_go_on(pin!(condition.acquire()), two);
        *guard = true;
        guard.notify_all();
        guard.release();
        must_go_on(waiting, one).release();
    });
    assert_eq!(counted, 0);
}

#[test]
fn event() {
    let event = Event::new();
    let counted = allocations(|[one, two]| {
        let (mut first, mut second) = (pin!(event.wait()), pin!(event.wait()));
        must_wait(first.as_mut(), one);
        must_wait(second.as_mut(), two);
        event.set();
        must_go_on(first, one);
        must_go_on(second, two);
        event.clear();
    });
    assert_eq!(counted, 0);
}

#[test]
fn semaphores() {
    let (semaphore, bounded) = (Semaphore::new(2), BoundedSemaphore::new(2));
    let counted = allocations(|[one, two]| {
        let permit = must_go_on(pin!(semaphore.acquire_many(2)), one);
        let mut queued = pin!(semaphore.acquire());
        must_wait(queued.as_mut(), two);
        permit.release();
        must_go_on(queued, two).release();

        let permit = must_go_on(pin!(bounded.acquire_many(2)), one);
        let mut queued = pin!(bounded.acquire());
        must_wait(queued.as_mut(), two);
        permit.release();
        must_go_on(queued, two).release();
    });
    assert_eq!(counted, 0);
}

#[test]
fn barrier() {
    let barrier = Barrier::new(2);
    let counted = allocations(|[one, two]| {
        let mut first = pin!(barrier.wait());
        must_wait(first.as_mut(), one);
        must_go_on(pin!(barrier.wait()), two).unwrap();
        must_go_on(first, one).unwrap();
    });
    assert_eq!(counted, 0);
}
