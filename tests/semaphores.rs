//! What changes about a semaphore while it is used, and several of its permits in a block.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Poll, Wake, Waker};
use std::time::Duration;

use underlock::{BoundedSemaphore, Busy, Closable, Closed, Elapsed, Semaphore, sync_block};

use crate::support::{Log, Polled, at_once, spend_budget};

// === forget_permits ===

#[test]
fn free_permits_are_forgotten() {
    let semaphore = Semaphore::new(5);
    let held = semaphore.try_acquire_many(2).unwrap();
    assert_eq!(semaphore.forget_permits(0), 0);
    assert_eq!(semaphore.forget_permits(2), 2);
    assert_eq!(semaphore.forget_permits(usize::MAX), 1);
    assert_eq!(semaphore.forget_permits(1), 0);
    held.release();
    assert_eq!(semaphore.available_permits(), 2);
}

/// Those that the first in the queue has in part are not free.
#[test]
fn none_is_forgotten_while_somebody_waits() {
    let semaphore = Semaphore::new(1);
    let mut waiting = Polled::blocked(semaphore.acquire_many(2));
    assert_eq!(semaphore.forget_permits(1), 0);
    semaphore.release();
    waiting.must_go_on().release();
    assert_eq!(semaphore.forget_permits(3), 2);
}

/// There is room for as many again, and for no more.
#[test]
fn forgotten_permits_make_room() {
    let semaphore = Semaphore::new(Semaphore::MAX_PERMITS);
    assert_eq!(semaphore.forget_permits(3), 3);
    semaphore.release_many(3);
    assert_eq!(semaphore.available_permits(), Semaphore::MAX_PERMITS);
}

// === several permits in a block ===

#[test]
fn a_block_enters_with_several_permits() {
    let semaphore = Semaphore::new(5);
    at_once(async {
        let count = sync_block!(permits = semaphore.many(4), {
            assert_eq!(semaphore.available_permits(), 1);
            permits.count()
        });
        assert_eq!(count, 4);
        assert_eq!(semaphore.many(5).await.count(), 5);
        sync_block!(_none = semaphore.many(0), {});
    });
    assert_eq!(semaphore.available_permits(), 5);
}

/// The compiler sees that of heads that borrow.
#[tokio::test]
async fn a_task_enters_with_several_permits_beside_others() {
    let semaphores = Arc::new((BoundedSemaphore::new(2), Closable::new(Semaphore::new(3))));
    let task = tokio::spawn(async move {
        let limit = Duration::from_secs(1);
        let (one, other) = &*semaphores;
        sync_block!(a = one.many(2), b = other.many(3).within(limit), async {
            tokio::task::yield_now().await;
            (a.count(), b.map(|permit| permit.count()))
        })
    });
    assert_eq!(task.await.unwrap(), Ok((2, Ok(3))));
}

/// FIFO: nobody overtakes a block that waits for many.
#[test]
fn a_block_waits_for_several_permits() {
    let semaphore = Arc::new(BoundedSemaphore::new(3));
    let held = semaphore.try_acquire().unwrap();
    let mut block =
        Polled::blocked(async { sync_block!(permits = semaphore.many(3), { permits.count() }) });
    assert!(semaphore.try_acquire().is_none());
    held.release();
    assert_eq!(block.must_go_on(), 3);
    assert_eq!(semaphore.available_permits(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_block_has_several_permits_at_once_or_within_a_limit() {
    let semaphore = BoundedSemaphore::new(3);
    let limit = Duration::from_secs(1);
    assert_eq!(sync_block!(permits = semaphore.many(3).now(), { permits.count() }), Ok(3));
    assert_eq!(sync_block!(permits = semaphore.many(3).within(limit), { permits.count() }), Ok(3));
    let held = semaphore.try_acquire().unwrap();
    assert_eq!(sync_block!(permits = semaphore.many(3).now(), { permits.count() }), Err(Busy));
    let late = sync_block!(permits = semaphore.many(3).within(limit), { permits.count() });
    assert_eq!(late, Err(Elapsed));
    assert_eq!(semaphore.many(2).now().await.unwrap().count(), 2);
    held.release();
    assert_eq!(semaphore.available_permits(), 3);
}

#[test]
fn several_permits_beside_others() {
    let (disks, cores) = (BoundedSemaphore::new(2), BoundedSemaphore::new(4));
    at_once(async {
        sync_block!(disk = disks, share = cores.many(3), {
            assert_eq!((disk.count(), share.count()), (1, 3));
            sync_block!(_more = cores.many(1), {});
        });
    });
    assert_eq!((disks.available_permits(), cores.available_permits()), (2, 4));
}

#[test]
#[should_panic(expected = "the same lock twice")]
fn one_semaphore_by_two_heads() {
    let semaphore = Semaphore::new(5);
    at_once(async { sync_block!(_a = semaphore.many(2), _b = semaphore, {}) });
}

#[test]
#[should_panic(expected = "requested 4 permits from a `BoundedSemaphore` with a bound of 3")]
fn a_block_of_more_than_there_can_be() {
    let semaphore = BoundedSemaphore::new(3);
    at_once(async { sync_block!(_permits = semaphore.many(4), {}) });
}

// === resize ===

#[test]
fn a_smaller_limit_takes_free_permits_first() {
    let semaphore = BoundedSemaphore::new(5);
    let held = semaphore.try_acquire_many(2).unwrap();
    semaphore.resize(3);
    assert_eq!((semaphore.limit(), semaphore.available_permits()), (3, 1));
    assert_eq!(format!("{semaphore:?}"), "BoundedSemaphore { permits: 1/3, waiters: 0 }");
    held.release();
    assert_eq!(semaphore.available_permits(), 3);
}

#[test]
fn what_is_owed_is_paid_by_releases_first() {
    let semaphore = Arc::new(BoundedSemaphore::new(4));
    let mut held = semaphore.clone().try_acquire_many_owned(4).unwrap();
    semaphore.resize(1);
    let mut waiting = Polled::blocked(semaphore.acquire());
    for _ in 0..3 {
        drop(held.split(1));
        assert!(!waiting.is_woken(), "a permit that is owed was granted");
    }
    held.release();
    waiting.must_go_on().release();
    assert_eq!(semaphore.available_permits(), 1);
}

/// A release of more than is owed leaves the rest.
#[test]
fn a_release_pays_and_grants_at_once() {
    let semaphore = BoundedSemaphore::new(5);
    let held = semaphore.try_acquire_many(5).unwrap();
    semaphore.resize(3);
    let mut waiting = Polled::blocked(semaphore.acquire_many(2));
    held.release();
    let two = waiting.must_go_on();
    assert_eq!(semaphore.available_permits(), 1);
    two.release();
    assert_eq!(semaphore.available_permits(), 3);
}

#[test]
fn a_limit_of_0_pauses() {
    let semaphore = BoundedSemaphore::new(2);
    let held = semaphore.try_acquire().unwrap();
    semaphore.resize(0);
    assert!(semaphore.is_locked());
    assert!(semaphore.try_acquire().is_none());
    assert!(semaphore.try_acquire_many(0).is_some());
    assert_eq!(at_once(semaphore.acquire_many(0)).count(), 0);
    let mut waiting = Polled::blocked(semaphore.acquire());
    held.release();
    assert!(!waiting.is_woken());
    semaphore.resize(1);
    waiting.must_go_on().release();
    assert_eq!(semaphore.available_permits(), 1);
}

#[test]
fn a_larger_limit_pays_what_is_owed_and_wakes_in_order() {
    let semaphore = BoundedSemaphore::new(3);
    let held = semaphore.try_acquire_many(3).unwrap();
    semaphore.resize(1);
    let mut first = Polled::blocked(semaphore.acquire_many(2));
    let mut second = Polled::blocked(semaphore.acquire());
    semaphore.resize(2);
    semaphore.resize(3);
    assert!(!first.is_woken() && !second.is_woken(), "more are held than the limit before");
    semaphore.resize(5);
    let first = first.must_go_on();
    assert!(!second.is_woken());
    semaphore.resize(6);
    let second = second.must_go_on();
    drop((held, first, second));
    assert_eq!(semaphore.available_permits(), 6);
}

/// What the first waiter has in part is taken back, so that it is there for no one but its successor.
#[test]
fn a_smaller_limit_takes_back_what_the_first_has_in_part() {
    let semaphore = BoundedSemaphore::new(4);
    let held = semaphore.try_acquire().unwrap();
    let first = Polled::blocked(semaphore.acquire_many(4));
    semaphore.resize(2);
    held.release();
    assert!(!first.is_woken());
    let mut second = Polled::blocked(semaphore.acquire_many(2));
    first.cancel();
    second.must_go_on().release();
    assert_eq!(semaphore.available_permits(), 2);
}

#[test]
fn who_wants_more_than_the_limit_waits_until_it_grows() {
    let semaphore = BoundedSemaphore::new(4);
    semaphore.resize(2);
    let mut large = Polled::blocked(semaphore.acquire_many(3));
    let mut small = Polled::blocked(semaphore.acquire());
    assert!(semaphore.try_acquire().is_none(), "it was overtaken");
    semaphore.resize(3);
    let large = large.must_go_on();
    assert!(!small.is_woken());
    large.release();
    small.must_go_on().release();
    assert_eq!(semaphore.available_permits(), 3);
}

#[test]
fn who_wants_more_than_the_limit_lets_others_go_when_cancelled() {
    let semaphore = BoundedSemaphore::new(4);
    semaphore.resize(2);
    let large = Polled::blocked(semaphore.acquire_many(3));
    let mut small = Polled::blocked(semaphore.acquire());
    large.cancel();
    small.must_go_on().release();
    assert_eq!(semaphore.available_permits(), 2);
}

/// It was granted before the limit fell, and is as good as held.
#[test]
fn what_was_granted_stays_granted() {
    let semaphore = BoundedSemaphore::new(1);
    let held = semaphore.try_acquire().unwrap();
    let mut granted = Polled::blocked(semaphore.acquire());
    held.release();
    semaphore.resize(0);
    granted.must_go_on().release();
    assert_eq!(semaphore.available_permits(), 0);

    semaphore.resize(1);
    let held = semaphore.try_acquire().unwrap();
    let granted = Polled::blocked(semaphore.acquire());
    held.release();
    semaphore.resize(0);
    granted.cancel();
    assert_eq!(semaphore.available_permits(), 0);
    semaphore.resize(1);
    assert_eq!(semaphore.available_permits(), 1);
}

/// Forgetting what is owed pays it, and the limit falls no lower than 0.
#[test]
fn forgetting_reduces_the_limit() {
    let semaphore = BoundedSemaphore::new(3);
    let mut held = semaphore.try_acquire_many(3).unwrap();
    held.split(1).unwrap().forget();
    assert_eq!(semaphore.limit(), 2);
    semaphore.resize(1);
    held.forget();
    assert_eq!((semaphore.limit(), semaphore.available_permits()), (0, 0));
    semaphore.resize(2);
    assert_eq!(semaphore.available_permits(), 2);
}

#[test]
fn the_largest_limit() {
    let semaphore = BoundedSemaphore::new(1);
    let held = semaphore.try_acquire().unwrap();
    for _ in 0..3 {
        semaphore.resize(Semaphore::MAX_PERMITS);
        assert_eq!(semaphore.available_permits(), Semaphore::MAX_PERMITS - 1);
        semaphore.resize(0);
    }
    held.release();
    semaphore.resize(Semaphore::MAX_PERMITS);
    assert_eq!(semaphore.available_permits(), Semaphore::MAX_PERMITS);
}

/// More than the largest limit so far is a mistake, and no more than that.
#[test]
#[should_panic(expected = "requested 6 permits from a `BoundedSemaphore` with a bound of 5")]
fn more_than_the_largest_limit() {
    let semaphore = BoundedSemaphore::new(0);
    semaphore.resize(5);
    semaphore.resize(1);
    Polled::blocked(semaphore.acquire_many(5)).cancel();
    drop(semaphore.acquire_many(6));
}

// === close ===

#[test]
fn all_who_wait_are_refused_in_order() {
    let semaphore = Closable::new(Semaphore::new(1));
    let held = semaphore.try_acquire().unwrap().unwrap();
    let woken = Log::new();
    let mut waiting: Vec<_> = (0..100)
        .map(|name| {
            let mut waiting = Polled::new(semaphore.acquire());
            let woken = woken.clone();
            assert!(waiting.poll_with(&waker_of(move || woken.push(name))).is_pending());
            waiting
        })
        .collect();
    semaphore.close();
    assert_eq!(woken.entries(), (0..100).collect::<Vec<_>>());
    for waiting in &mut waiting {
        assert!(matches!(waiting.poll(), Poll::Ready(Err(Closed))));
    }
    assert_eq!(at_once(semaphore.acquire()).unwrap_err(), Closed);
    assert_eq!(
        format!("{semaphore:?}"),
        "Closable { closed: true, semaphore: Semaphore { permits: 0, waiters: 0 } }"
    );
    held.release();
    assert_eq!(semaphore.available_permits(), 1);
}

#[test]
fn all_who_come_to_a_closed_semaphore_are_refused() {
    let semaphore = Arc::new(Closable::new(BoundedSemaphore::new(3)));
    assert!(!semaphore.is_closed());
    semaphore.close();
    semaphore.close();
    assert!(semaphore.is_closed());
    assert_eq!(semaphore.available_permits(), 3);
    for n in 0..3 {
        assert_eq!(at_once(semaphore.acquire_many(n)).unwrap_err(), Closed);
        assert_eq!(semaphore.try_acquire_many(n).unwrap_err(), Closed);
        assert_eq!(at_once(semaphore.clone().acquire_many_owned(n)).unwrap_err(), Closed);
        assert_eq!(semaphore.clone().try_acquire_many_owned(n).unwrap_err(), Closed);
        assert_eq!(semaphore.blocking_acquire_many(n).unwrap_err(), Closed);
    }
    assert_eq!(semaphore.blocking_acquire().unwrap_err(), Closed);
    assert_eq!(at_once(semaphore.clone().acquire_owned()).unwrap_err(), Closed);
    assert_eq!(semaphore.clone().try_acquire_owned().unwrap_err(), Closed);
    assert_eq!(Closed.to_string(), "the semaphore is closed");
}

#[test]
fn permits_in_hand_outlive_the_close() {
    let semaphore = Arc::new(Closable::new(Semaphore::new(4)));
    let mut borrowed = semaphore.try_acquire_many(2).unwrap().unwrap();
    let owned = at_once(semaphore.clone().acquire_owned()).unwrap();
    semaphore.close();
    let half = borrowed.split(1).unwrap();
    half.forget();
    assert_eq!(semaphore.available_permits(), 1);
    drop((borrowed, owned));
    assert_eq!(semaphore.available_permits(), 3);
    semaphore.release_many(2);
    assert_eq!(semaphore.available_permits(), 5);
    assert_eq!(semaphore.forget_permits(4), 4);
    assert_eq!(semaphore.forget_permits(4), 1);
}

/// What the first has in part is free; what one was granted is its own.
#[test]
fn what_was_granted_before_the_close_is_collected() {
    let semaphore = Closable::new(Semaphore::new(1));
    let held = semaphore.try_acquire().unwrap().unwrap();
    let mut granted = Polled::blocked(semaphore.acquire());
    let mut with_a_part = Polled::blocked(semaphore.acquire_many(3));
    let cancelled = Polled::blocked(semaphore.acquire_many(3));
    held.release();
    semaphore.release_many(2);
    semaphore.close();
    assert_eq!(semaphore.available_permits(), 2);
    let permit = granted.must_go_on().unwrap();
    assert_eq!(with_a_part.must_go_on().unwrap_err(), Closed);
    cancelled.cancel();
    permit.release();
    assert_eq!(semaphore.available_permits(), 3);
}

/// A grant that is not collected any more is released.
#[test]
fn a_grant_from_before_the_close_is_cancelled() {
    let semaphore = Closable::new(Semaphore::new(1));
    let held = semaphore.try_acquire().unwrap().unwrap();
    let granted = Polled::blocked(semaphore.acquire());
    held.release();
    semaphore.close();
    granted.cancel();
    assert_eq!(semaphore.available_permits(), 1);
}

#[test]
fn a_closed_semaphore_is_resized() {
    let semaphore = Closable::new(BoundedSemaphore::new(3));
    let held = semaphore.try_acquire_many(2).unwrap().unwrap();
    semaphore.close();
    semaphore.resize(1);
    assert_eq!((semaphore.limit(), semaphore.available_permits()), (1, 0));
    semaphore.resize(4);
    assert_eq!(semaphore.available_permits(), 2);
    semaphore.resize(0);
    held.release();
    assert_eq!((semaphore.limit(), semaphore.available_permits()), (0, 0));
}

/// One that owes permits can be closed, and pays them.
#[test]
fn a_semaphore_that_owes_is_closed() {
    let semaphore = Closable::new(BoundedSemaphore::new(3));
    let held = semaphore.try_acquire_many(3).unwrap().unwrap();
    semaphore.resize(1);
    let mut waiting = Polled::blocked(semaphore.acquire());
    semaphore.close();
    assert_eq!(waiting.must_go_on().unwrap_err(), Closed);
    held.release();
    assert_eq!(semaphore.available_permits(), 1);
}

/// The task of a grant that was abandoned takes it over as ever, and a close in between refuses it.
#[test]
fn a_futurelock_is_closed() {
    let semaphore = Closable::new(Semaphore::new(1));
    let held = semaphore.try_acquire().unwrap().unwrap();
    let waker = waker_of(|| ());
    let mut aside = Polled::new(semaphore.acquire());
    let mut second = Polled::new(semaphore.acquire());
    assert!(aside.poll_with(&waker).is_pending());
    assert!(second.poll_with(&waker).is_pending());
    held.release();
    assert!(second.poll_with(&waker).is_pending());
    semaphore.close();
    assert!(matches!(second.poll_with(&waker), Poll::Ready(Err(Closed))));
    assert!(matches!(aside.poll_with(&waker), Poll::Ready(Ok(_))));
    assert_eq!(semaphore.available_permits(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_block_binds_the_outcome() {
    let semaphore = Closable::new(Semaphore::new(2));
    let limit = Duration::from_secs(1);
    let entered = sync_block!(permit = semaphore, { permit.map(|permit| permit.count()) });
    assert_eq!(entered, Ok(1));
    let held = semaphore.acquire_many(2).await.unwrap();
    assert_eq!(sync_block!(permit = semaphore.now(), { permit.is_ok() }), Err(Busy));
    assert_eq!(sync_block!(permit = semaphore.within(limit), { permit.is_ok() }), Err(Elapsed));
    let (refused, ()) = tokio::join!(
        async { sync_block!(permits = semaphore.many(2), { permits.is_ok() }) },
        async { semaphore.close() },
    );
    assert!(!refused);
    held.release();
    assert_eq!(sync_block!(permit = semaphore.now(), { permit.is_ok() }), Ok(false));
    assert_eq!(sync_block!(permit = semaphore.many(2).now(), { permit.is_ok() }), Ok(false));
    assert_eq!(sync_block!(permit = semaphore.within(limit), { permit.is_ok() }), Ok(false));
}

/// A loop that is refused again and again lets others run.
#[tokio::test]
async fn a_refusal_costs_budget() {
    let semaphore = Closable::new(Semaphore::new(1));
    semaphore.close();
    spend_budget().await;
    let mut waiting = Box::pin(semaphore.acquire());
    let pending = poll_fn(|cx| Poll::Ready(waiting.as_mut().poll(cx).is_pending())).await;
    assert!(pending);
    assert_eq!(waiting.await.unwrap_err(), Closed);
}

/// A waker that calls `wake`.
fn waker_of(wake: impl Fn() + Send + Sync + 'static) -> Waker {
    struct Call<F>(F);

    impl<F: Fn() + Send + Sync + 'static> Wake for Call<F> {
        fn wake(self: Arc<Self>) {
            (self.0)();
        }
    }

    Waker::from(Arc::new(Call(wake)))
}
