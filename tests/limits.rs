//! Waits with a limit: they come back in time and with the lock, after a last look, and neither lose
//! a notification nor keep one that is another's.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::Poll;
use std::time::Duration;

use tokio::time::{Instant, advance, timeout};
use underlock::{Condition, Lock, guarded, sync_block};

use crate::support::{Polled, settled};

const LIMIT: Duration = Duration::from_millis(10);

#[guarded]
#[derive(Debug)]
struct Shop {
    lock: Lock,
    #[guarded(lock)]
    goods: Vec<u32>,
    #[condition(lock)]
    delivered: Condition,
    #[condition(lock)]
    closed: Condition,
}

impl Shop {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            lock: Lock::new(ShopLock { goods: Vec::new() }),
            delivered: Condition::shared(),
            closed: Condition::shared(),
        })
    }

    #[track_caller]
    fn enter(&self) -> ShopLockGuard<'_> {
        self.lock.try_acquire().expect("the lock is free")
    }

    /// Whether it was notified.
    fn visit(&self) -> impl Future<Output = (ShopLockGuard<'_>, bool)> {
        self.enter().wait(&self.delivered).within(LIMIT)
    }

    /// What it bought.
    fn buy(&self) -> impl Future<Output = (ShopLockGuard<'_>, Option<u32>)> {
        self.enter().wait_for_some(&self.delivered, |state| state.goods.pop()).within(LIMIT)
    }

    fn deliver(&self, item: u32) {
        let mut state = self.enter();
        state.goods.push(item);
        state.notify_one(&self.delivered);
    }
}

/// Lets the clock run past the limit, and wakes whose timers have fired.
async fn elapse() {
    advance(LIMIT + Duration::from_millis(1)).await;
}

// === in time ===

#[tokio::test(start_paused = true)]
async fn what_is_true_comes_back_at_once() {
    let shop = Shop::new();
    let mut state = shop.enter();
    state.goods.push(1);
    let mut queued = Polled::blocked(shop.lock.acquire());
    let (state, met) = state.wait_for(&shop.delivered, |s| s.goods == [1]).within(LIMIT).await;
    let (state, item) = state.wait_for_some(&shop.delivered, |s| s.goods.pop()).within(LIMIT).await;
    assert_eq!((met, item), (true, Some(1)));
    assert!(!queued.is_woken(), "the lock was released");
    state.release();
    drop(queued.must_go_on());
}

#[tokio::test(start_paused = true)]
async fn what_becomes_true_in_time_is_met() {
    let shop = Shop::new();
    let mut buying = Polled::blocked(shop.buy());
    let visiting = Polled::blocked(shop.visit());
    advance(LIMIT / 2).await;
    shop.deliver(3);
    let (state, item) = buying.must_go_on();
    assert_eq!(item, Some(3));
    state.notify_one(&shop.delivered);
    drop((state, buying));
    let mut visiting = visiting;
    assert!(visiting.must_go_on().1);
}

// === after the limit ===

#[tokio::test(start_paused = true)]
async fn comes_back_after_the_limit_and_with_the_lock() {
    let shop = Shop::new();
    let start = Instant::now();
    let (state, notified) = shop.visit().await;
    assert_eq!((notified, start.elapsed() >= LIMIT, shop.lock.is_locked()), (false, true, true));
    let (state, met) = state.wait_for(&shop.delivered, |s| !s.goods.is_empty()).within(LIMIT).await;
    assert_eq!((met, shop.lock.is_locked()), (false, true));
    let (state, item) = state.wait_for_some(&shop.delivered, |s| s.goods.pop()).within(LIMIT).await;
    assert_eq!((item, shop.lock.is_locked()), (None, true));
    assert!(start.elapsed() < 4 * LIMIT);
    state.release();
    assert!(!shop.lock.is_locked());
}

#[tokio::test(start_paused = true)]
async fn looks_first_and_last() {
    let shop = Shop::new();
    let looks = AtomicUsize::new(0);
    let waiting = shop
        .enter()
        .wait_for(&shop.delivered, |_| {
            looks.fetch_add(1, Ordering::Relaxed);
            false
        })
        .within(LIMIT);
    let mut waiting = Polled::blocked(waiting);
    assert_eq!(looks.load(Ordering::Relaxed), 1);
    elapse().await;
    assert!(!waiting.must_go_on().1);
    assert_eq!(looks.load(Ordering::Relaxed), 2);
}

/// What happens while it waits for the lock again counts: the item that came too late to notify it.
#[tokio::test(start_paused = true)]
async fn sees_what_came_while_it_waited_for_the_lock() {
    let shop = Shop::new();
    let mut buying = Polled::blocked(shop.buy());
    let mut holder = shop.enter();
    elapse().await;
    buying.must_wait();
    holder.goods.push(5);
    holder.notify_one(&shop.delivered);
    holder.release();
    assert_eq!(buying.must_go_on().1, Some(5));
}

/// Only the wait for the condition is limited: for the lock it waits in its turn.
#[tokio::test(start_paused = true)]
async fn queues_for_the_lock_in_its_turn() {
    let shop = Shop::new();
    let mut visiting = Polled::blocked(shop.visit());
    let holder = shop.enter();
    let mut earlier = Polled::blocked(shop.lock.acquire());
    elapse().await;
    visiting.must_wait();
    let mut later = Polled::blocked(shop.lock.acquire());

    holder.release();
    earlier.must_go_on().release();
    assert!(!later.is_woken());
    assert!(shop.lock.try_acquire().is_none(), "the lock was granted");
    let (state, notified) = visiting.must_go_on();
    assert!(!notified && !later.is_woken());
    state.release();
    later.must_go_on().release();
}

/// However often it is woken in between, the limit is the same.
#[tokio::test(start_paused = true)]
async fn spurious_notifications_do_not_prolong_it() {
    let shop = Shop::new();
    let start = Instant::now();
    let mut buying = Polled::blocked(shop.buy());
    for _ in 0..4 {
        advance(LIMIT / 5).await;
        shop.enter().notify_one(&shop.delivered);
        assert!(buying.is_woken());
        buying.must_wait();
    }
    advance(LIMIT / 5 + Duration::from_millis(1)).await;
    assert_eq!(buying.must_go_on().1, None);
    assert!(start.elapsed() < 2 * LIMIT);
}

// === a limit of zero ===

#[tokio::test(start_paused = true)]
async fn a_limit_of_zero_looks_once_and_keeps_the_lock() {
    let shop = Shop::new();
    let state = shop.enter();
    let mut queued = Polled::blocked(shop.lock.acquire());
    let looks = AtomicUsize::new(0);
    let count = || looks.fetch_add(1, Ordering::Relaxed);

    let (state, notified) = state.wait(&shop.delivered).within(Duration::ZERO).await;
    assert!(!notified);
    let waiting = state.wait_for(&shop.delivered, |_| count() > 9).within(Duration::ZERO);
    let (state, met) = waiting.await;
    assert!(!met);
    let waiting = state.wait_for_some(&shop.delivered, |s| {
        count();
        s.goods.pop()
    });
    let (mut state, item) = waiting.within(Duration::ZERO).await;
    assert_eq!((item, looks.load(Ordering::Relaxed)), (None, 2));

    state.goods.push(8);
    let (state, met) =
        state.wait_for(&shop.delivered, |s| s.goods == [8]).within(Duration::ZERO).await;
    assert!(met);
    assert!(!queued.is_woken(), "the lock was released");
    state.release();
    queued.must_go_on().release();
}

/// A loop around it does not keep its task from yielding, nor others from the lock.
#[tokio::test]
async fn a_limit_of_zero_costs_budget() {
    let shop = Shop::new();
    let ran = Arc::new(AtomicBool::new(false));
    tokio::spawn({
        let (shop, ran) = (Arc::clone(&shop), Arc::clone(&ran));
        async move {
            drop(shop.lock.acquire().await);
            ran.store(true, Ordering::Relaxed);
        }
    });
    let mut state = shop.enter();
    for _ in 0..10_000 {
        let notified;
        (state, notified) = state.wait(&shop.delivered).within(Duration::ZERO).await;
        assert!(!notified);
        let item;
        let waiting = state.wait_for_some(&shop.delivered, |s| s.goods.pop());
        (state, item) = waiting.within(Duration::ZERO).await;
        assert_eq!(item, None);
    }
    drop(state);
    assert!(ran.load(Ordering::Relaxed));
}

// === the limit and a notification at the same moment ===

/// Notified first, then the limit, then polled: the notification is its own, whoever holds the lock.
#[tokio::test(start_paused = true)]
async fn notified_before_the_limit_is_notified() {
    let shop = Shop::new();
    let mut visiting = Polled::blocked(shop.visit());
    let holder = shop.enter();
    holder.notify_one(&shop.delivered);
    elapse().await;
    visiting.must_wait();
    holder.release();
    assert!(visiting.must_go_on().1);
}

/// The limit first, then notified, and polled after that: nobody was told instead.
#[tokio::test(start_paused = true)]
async fn notified_after_the_limit_and_before_it_ran_is_notified() {
    for all in [false, true] {
        let shop = Shop::new();
        let mut visiting = Polled::blocked(shop.visit());
        let mut other = Polled::blocked(shop.enter().wait(&shop.delivered));
        elapse().await;
        let state = shop.enter();
        if all {
            state.notify_all(&shop.delivered);
        } else {
            state.notify_one(&shop.delivered);
        }
        state.release();
        let Poll::Ready((state, notified)) = visiting.poll() else { panic!("it should be ready") };
        assert!(notified);
        drop((state, visiting));
        assert_eq!(other.is_woken(), all);
        if all {
            other.must_go_on().release();
        } else {
            other.cancel();
        }
    }
}

/// Notified with all others and still asleep while the lock is held: it is not taken for one that
/// nobody notified.
#[tokio::test(start_paused = true)]
async fn notified_with_all_others_at_the_limit_is_notified() {
    let shop = Shop::new();
    let mut first = Polled::blocked(shop.visit());
    let mut second = Polled::blocked(shop.visit());
    let holder = shop.enter();
    holder.notify_all(&shop.delivered);
    elapse().await;
    first.must_wait();
    second.must_wait();
    holder.release();
    let (state, notified) = first.must_go_on();
    assert!(notified);
    state.release();
    assert!(second.must_go_on().1);
}

/// Once it has given up it is notified no more: the next waiter is.
#[tokio::test(start_paused = true)]
async fn a_notification_goes_past_one_that_has_given_up() {
    let shop = Shop::new();
    let mut visiting = Polled::blocked(shop.visit());
    let mut other = Polled::blocked(shop.enter().wait(&shop.delivered));
    let holder = shop.enter();
    elapse().await;
    visiting.must_wait();
    holder.notify_one(&shop.delivered);
    holder.release();
    let (state, notified) = visiting.must_go_on();
    assert!(!notified);
    state.release();
    other.must_go_on().release();
}

/// Notified in time, and false under the lock: it returns what it saw, and does not wait again.
#[tokio::test(start_paused = true)]
async fn notified_in_vain_is_not_met() {
    let shop = Shop::new();
    let mut buying = Polled::blocked(shop.buy());
    let holder = shop.enter();
    holder.notify_one(&shop.delivered);
    elapse().await;
    let later = Polled::blocked(shop.lock.acquire());
    buying.must_wait();
    holder.release();
    assert!(!later.is_woken(), "it has its place from when it was notified");
    assert_eq!(buying.must_go_on().1, None);
}

/// Granted the lock, and polled after its limit: its look is the last, and it does not queue for
/// another.
#[tokio::test(start_paused = true)]
async fn one_look_after_the_limit_is_the_last() {
    let shop = Shop::new();
    let mut buying = Polled::blocked(shop.buy());
    let holder = shop.enter();
    holder.notify_one(&shop.delivered);
    buying.must_wait();
    let mut later = Polled::blocked(shop.lock.acquire());
    holder.release();
    elapse().await;
    let Poll::Ready((state, item)) = buying.poll() else { panic!("it queues again") };
    assert_eq!(item, None);
    state.release();
    later.must_go_on().release();
}

// === dropped ===

/// In every state that it can be in.
#[tokio::test(start_paused = true)]
async fn dropped_it_leaves_no_trace() {
    let shop = Shop::new();
    drop(shop.visit());
    assert!(!shop.lock.is_locked());

    Polled::blocked(shop.visit()).cancel();

    // It has given up, and queues.
    let mut visiting = Polled::blocked(shop.visit());
    let holder = shop.enter();
    elapse().await;
    visiting.must_wait();
    let mut queued = Polled::blocked(shop.lock.acquire());
    visiting.cancel();
    holder.release();
    queued.must_go_on().release();

    // It has given up, and was granted the lock.
    let mut visiting = Polled::blocked(shop.visit());
    let holder = shop.enter();
    elapse().await;
    visiting.must_wait();
    let mut queued = Polled::blocked(shop.lock.acquire());
    holder.release();
    assert!(visiting.is_woken());
    visiting.cancel();
    queued.must_go_on().release();
    assert!(!shop.lock.is_locked());
}

/// Notified, and dropped with its limit elapsed: the notification goes to the next.
#[tokio::test(start_paused = true)]
async fn dropped_after_it_was_notified_it_passes_that_on() {
    let shop = Shop::new();
    let mut visiting = Polled::blocked(shop.visit());
    let mut other = Polled::blocked(shop.enter().wait(&shop.delivered));
    let holder = shop.enter();
    holder.notify_one(&shop.delivered);
    elapse().await;
    visiting.must_wait();
    visiting.cancel();
    holder.release();
    other.must_go_on().release();
}

/// Given up, and dropped: no notification was its own, so the next waiter has had its own.
#[tokio::test(start_paused = true)]
async fn dropped_after_it_gave_up_it_passes_nothing_on() {
    let shop = Shop::new();
    let mut visiting = Polled::blocked(shop.visit());
    let mut second = Polled::blocked(shop.enter().wait(&shop.delivered));
    let third = Polled::blocked(shop.enter().wait(&shop.delivered));
    let holder = shop.enter();
    elapse().await;
    visiting.must_wait();
    holder.notify_one(&shop.delivered);
    visiting.cancel();
    holder.release();
    second.must_go_on().release();
    assert!(!third.is_woken());
    third.cancel();
}

#[tokio::test(start_paused = true)]
async fn a_predicate_that_panics_at_last_releases() {
    let shop = Shop::new();
    let mut looks = 0;
    let waiting = shop.enter().wait_for(&shop.delivered, move |_| {
        looks += 1;
        assert!(looks < 2, "looked at for the last time");
        false
    });
    let mut waiting = Polled::blocked(waiting.within(LIMIT));
    elapse().await;
    catch_unwind(AssertUnwindSafe(|| waiting.poll())).unwrap_err();
    assert!(!shop.lock.is_locked());
}

// === in blocks, and with a condition's own lock ===

#[tokio::test(start_paused = true)]
async fn a_plain_block_waits_within_a_limit() {
    let shop = Shop::new();
    let missed = sync_block!(state = shop.lock, {
        let (met, item);
        (state, met) = state.wait_for(&shop.delivered, |s| !s.goods.is_empty()).within(LIMIT).await;
        (state, item) = state.wait_for_some(&shop.delivered, |s| s.goods.pop()).within(LIMIT).await;
        let (mut state, closed) = state.wait(&shop.closed).within(LIMIT).await;
        state.goods.push(0);
        (met, item, closed)
    });
    assert_eq!(missed, (false, None, false));
    let sold = sync_block!(state = shop.lock, {
        let (_state, item) =
            state.wait_for_some(&shop.delivered, |s| s.goods.pop()).within(LIMIT).await;
        item
    });
    assert_eq!(sold, Some(0));
    assert!(!shop.lock.is_locked());
}

#[tokio::test(start_paused = true)]
async fn a_conditions_own_guard_waits_within_a_limit() {
    let stock = Arc::new(Condition::new(0_u32));
    let guard = stock.acquire().await;
    let (guard, notified) = guard.wait().within(LIMIT).await;
    assert!(!notified);
    let (guard, met) = guard.wait_for(|n| *n > 0).within(LIMIT).await;
    assert!(!met);
    let (guard, taken) = guard.wait_for_some(|n| n.checked_sub(1)).within(LIMIT).await;
    assert_eq!((taken, stock.is_locked()), (None, true));
    drop(guard);

    let taking = tokio::spawn({
        let stock = Arc::clone(&stock);
        async move {
            let guard = stock.acquire().await;
            guard.wait_for_some(|n| n.checked_sub(1)).within(LIMIT).await.1
        }
    });
    settled().await;
    let mut guard = stock.acquire().await;
    *guard = 3;
    guard.notify_one();
    drop(guard);
    assert_eq!(taking.await.unwrap(), Some(2));
}

#[test]
#[should_panic(expected = "no reactor running")]
fn outside_of_a_runtime_it_panics_in_tokios_words() {
    let condition = Condition::new(0);
    let guard = condition.try_acquire().unwrap();
    drop(guard.wait().within(LIMIT));
}

// === under load ===

/// Some customers have no patience and leave for good; one has all the time. Each delivery tells one
/// of them, so if one that left took a notification along, the patient one would sleep beside goods.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_notification_is_lost_with_who_gave_up() {
    const ROUNDS: u32 = 300;
    const HASTY: u32 = 4;
    for round in 0..ROUNDS {
        let shop = Shop::new();
        let hasty: Vec<_> = (0..HASTY)
            .map(|nth| {
                let shop = Arc::clone(&shop);
                let limit = Duration::from_micros(u64::from(round % 8) * 150 * u64::from(nth));
                tokio::spawn(async move {
                    let state = shop.lock.acquire().await;
                    let buying = state.wait_for_some(&shop.delivered, |s| s.goods.pop());
                    u32::from(buying.within(limit).await.1.is_some())
                })
            })
            .collect();
        let patient = tokio::spawn({
            let shop = Arc::clone(&shop);
            async move {
                let mut bought = 0;
                loop {
                    let state = shop.lock.acquire().await;
                    let buying = state.wait_for_some(&shop.delivered, |s| s.goods.pop());
                    let (_state, item) = buying.await;
                    if item == 0 {
                        return bought;
                    }
                    bought += 1;
                }
            }
        });
        for item in 1..=2 * HASTY {
            let mut state = shop.lock.acquire().await;
            state.goods.push(item);
            state.notify_one(&shop.delivered);
            drop(state);
            tokio::task::yield_now().await;
        }
        let mut sold = 0;
        for customer in hasty {
            sold += customer.await.unwrap();
        }
        let patient_one = async {
            loop {
                let mut state = shop.lock.acquire().await;
                if state.goods.is_empty() {
                    state.goods.push(0);
                    state.notify_all(&shop.delivered);
                    break;
                }
                drop(state);
                tokio::task::yield_now().await;
            }
            patient.await.unwrap()
        };
        let bought = timeout(Duration::from_secs(30), patient_one).await.expect("it sleeps");
        assert_eq!(sold + bought, 2 * HASTY);
    }
}
