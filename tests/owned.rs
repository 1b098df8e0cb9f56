//! Guards that own their share of a lock: they wait, notify, move into tasks, and keep what they own
//! for as long as they need it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use tokio::time::timeout;
use underlock::{Condition, Lock, LockIn, OwnedGuard, guarded};

use crate::support::{Polled, at_once, settled, spend_budget};

#[guarded]
#[derive(Debug)]
struct Desk {
    lock: Lock,
    #[guarded(lock)]
    letters: Vec<u32>,
    #[condition(lock)]
    arrived: Condition,
    #[condition(lock)]
    closed: Condition,
}

fn desk() -> Arc<Desk> {
    Arc::new(Desk {
        lock: Lock::new(DeskLock { letters: Vec::new() }),
        arrived: Condition::shared(),
        closed: Condition::shared(),
    })
}

type State = OwnedGuard<DeskLock, 2, LockIn<Desk, DeskLock, 2>>;

/// The guard of a desk that is free.
#[track_caller]
fn enter(desk: &Arc<Desk>) -> State {
    Lock::try_acquire_owned_by(Arc::clone(desk), |desk| &desk.lock).unwrap()
}

#[tokio::test(start_paused = true)]
async fn guard_moves_into_a_task_and_waits_there() {
    let desk = desk();
    let state = Lock::acquire_owned_by(Arc::clone(&desk), |desk| &desk.lock).await;
    let reader = tokio::spawn({
        let desk = Arc::clone(&desk);
        async move {
            let (mut state, letter) = state.wait_for_some(&desk.arrived, |s| s.letters.pop()).await;
            state.letters.push(letter + 1);
            let state = state.wait_for(&desk.arrived, |s| s.letters.len() == 2).await;
            let state = state.wait(&desk.closed).await;
            state.letters.clone()
        }
    });
    settled().await;
    for letter in [1, 7] {
        let mut state = Lock::acquire_owned_by(Arc::clone(&desk), |desk| &desk.lock).await;
        state.letters.push(letter);
        state.notify(&desk.arrived, 1);
        state.release();
        settled().await;
    }
    assert!(!reader.is_finished());
    Lock::acquire_owned_by(Arc::clone(&desk), |desk| &desk.lock).await.notify_all(&desk.closed);
    assert_eq!(reader.await.unwrap(), [2, 7]);
    assert_eq!(Arc::strong_count(&desk), 1);
}

/// Those who borrow the lock and those who own it are one queue, and one side list.
#[test]
fn owned_and_borrowed_guards_take_turns() {
    let desk = desk();
    let mut first = Polled::blocked(enter(&desk).wait(&desk.arrived));
    let mut second = Polled::blocked(desk.lock.try_acquire().unwrap().wait(&desk.arrived));
    let mut third = Polled::blocked(enter(&desk).wait(&desk.arrived));

    enter(&desk).notify_one(&desk.arrived);
    let state = first.must_go_on();
    assert!(!second.is_woken() && !third.is_woken());

    let acquiring = Lock::acquire_owned_by(Arc::clone(&desk), |desk| &desk.lock);
    let mut acquiring = Polled::blocked(acquiring);
    state.notify_all(&desk.arrived);
    state.release();
    acquiring.must_go_on().release();
    second.must_go_on().release();
    third.must_go_on().release();
    assert!(!desk.lock.is_locked());
}

/// A guard and a wait keep what they own, each in every state that they can be in.
#[test]
fn what_is_owned_lives_as_long_as_its_guard() {
    let count = |desk: &Arc<Desk>| Arc::strong_count(desk) - 1;
    let desk = desk();

    let state = enter(&desk);
    assert_eq!(count(&desk), 1);
    let unpolled = state.wait(&desk.arrived);
    assert_eq!(count(&desk), 1);
    drop(unpolled);
    assert_eq!((count(&desk), desk.lock.is_locked()), (0, false));

    let waiting = Polled::blocked(enter(&desk).wait_for(&desk.arrived, |s| !s.letters.is_empty()));
    assert_eq!((count(&desk), desk.lock.is_locked()), (1, false));
    waiting.cancel();
    assert_eq!(count(&desk), 0);

    // Notified, woken, woken spuriously, and granted the lock.
    let mut waiting =
        Polled::blocked(enter(&desk).wait_for(&desk.arrived, |s| !s.letters.is_empty()));
    let state = desk.lock.try_acquire().unwrap();
    state.notify_one(&desk.arrived);
    assert_eq!(count(&desk), 1);
    state.release();
    waiting.must_wait();
    assert_eq!(count(&desk), 1);
    let mut state = desk.lock.try_acquire().unwrap();
    state.letters.push(1);
    state.notify_one(&desk.arrived);
    waiting.must_wait();
    state.release();
    assert!(desk.lock.is_locked());
    assert_eq!(count(&desk), 1);
    let state = waiting.must_go_on();
    drop(waiting);
    assert_eq!(count(&desk), 1);
    drop(state);
    assert_eq!((count(&desk), desk.lock.is_locked()), (0, false));
}

/// The last who owns the struct is a guard, or a wait.
#[test]
fn what_is_owned_goes_with_its_last_guard() {
    let letter = Arc::new(());
    let held = || Arc::strong_count(&letter) - 1;
    let guard = Arc::new(Condition::new(Arc::clone(&letter))).try_acquire_owned().unwrap();
    assert_eq!(held(), 1);
    drop(guard);
    assert_eq!(held(), 0);

    let guard = Arc::new(Condition::new(Arc::clone(&letter))).try_acquire_owned().unwrap();
    let waiting = Polled::blocked(guard.wait());
    assert_eq!(held(), 1);
    waiting.cancel();
    assert_eq!(held(), 0);
}

/// Wherever in the owned value the lock is.
#[test]
fn lock_is_found_wherever_it_is() {
    struct Shelf<'a> {
        rows: [Box<Lock<u32>>; 2],
        shared: Arc<Lock<u32>>,
        borrowed: &'a Lock<u32>,
    }

    let borrowed = Lock::new(4);
    let shelf = Arc::new(Shelf {
        rows: [Box::new(Lock::new(1)), Box::new(Lock::new(2))],
        shared: Arc::new(Lock::new(3)),
        borrowed: &borrowed,
    });
    let row = Lock::try_acquire_owned_by(Arc::clone(&shelf), |shelf| &*shelf.rows[1]).unwrap();
    let shared = Lock::try_acquire_owned_by(Arc::clone(&shelf), |shelf| &*shelf.shared).unwrap();
    let lent = Lock::try_acquire_owned_by(Arc::clone(&shelf), |shelf| shelf.borrowed).unwrap();
    assert_eq!((*row, *shared, *lent), (2, 3, 4));
    assert!(!shelf.rows[0].is_locked() && shelf.rows[1].is_locked());
    assert!(shelf.shared.is_locked() && borrowed.is_locked());
    assert_eq!(OwnedGuard::owner(&row).rows.len(), 2);
    drop(shelf);
    assert_eq!(OwnedGuard::owner(&lent).rows[0].try_acquire().as_deref(), Some(&1));
    drop((row, shared, lent));
    assert!(!borrowed.is_locked());
}

#[test]
fn a_struct_of_unsized_type_is_owned() {
    let locks: Arc<[Lock<u32>]> = Arc::new([Lock::new(1), Lock::new(2)]);
    let guard = Lock::try_acquire_owned_by(locks, |locks| &locks[1]).unwrap();
    assert_eq!(*guard, 2);
}

#[test]
fn a_panic_while_the_lock_is_looked_for_owns_nothing() {
    let desk = desk();
    let finding = AssertUnwindSafe(|| {
        drop(Lock::try_acquire_owned_by(Arc::clone(&desk), |_| -> &Lock<DeskLock, 2> {
            panic!("not found")
        }));
    });
    catch_unwind(finding).unwrap_err();
    assert_eq!(Arc::strong_count(&desk), 1);
}

#[test]
fn a_predicate_that_panics_releases() {
    let desk = desk();
    let mut waiting = Polled::new(enter(&desk).wait_for(&desk.arrived, |_| panic!("asked")));
    catch_unwind(AssertUnwindSafe(|| waiting.poll())).unwrap_err();
    assert!(!desk.lock.is_locked());
    drop(waiting);
    assert_eq!(Arc::strong_count(&desk), 1);
}

#[test]
fn a_wait_polled_again_panics_in_words() {
    let desk = desk();
    let mut waiting = Polled::new(enter(&desk).wait_for(&desk.arrived, |_| true));
    assert!(waiting.poll().is_ready());
    let again = catch_unwind(AssertUnwindSafe(|| waiting.poll())).unwrap_err();
    let message = again.downcast_ref::<String>().map(String::as_str);
    let message = message.or(again.downcast_ref::<&str>().copied());
    assert_eq!(message, Some("a future is polled after it was ready"));
}

/// What is true at once yields when the budget is spent, without the lock, and comes back with it.
#[tokio::test]
async fn a_spent_budget_keeps_no_lock() {
    let desk = desk();
    spend_budget().await;
    let mut waiting = Polled::new(enter(&desk).wait_for(&desk.arrived, |_| true));
    assert!(waiting.poll().is_pending());
    assert!(!desk.lock.is_locked());
    tokio::task::yield_now().await;
    let state = waiting.must_go_on();
    assert!(desk.lock.is_locked());
    drop((state, waiting));
    assert_eq!(Arc::strong_count(&desk), 1);
}

/// A notification of an owned wait that is dropped goes to the next, whoever that is.
#[test]
fn a_dropped_wait_passes_its_notification_on() {
    let desk = desk();
    let leaving = Polled::blocked(enter(&desk).wait(&desk.arrived));
    let mut staying = Polled::blocked(desk.lock.try_acquire().unwrap().wait(&desk.arrived));
    enter(&desk).notify_one(&desk.arrived);
    leaving.cancel();
    staying.must_go_on().release();
    assert_eq!(Arc::strong_count(&desk), 1);
}

#[tokio::test(start_paused = true)]
async fn owned_guards_wait_within_a_limit() {
    const LIMIT: Duration = Duration::from_millis(10);
    let desk = desk();
    let (state, arrived) =
        enter(&desk).wait_for_some(&desk.arrived, |s| s.letters.pop()).within(LIMIT).await;
    assert_eq!((arrived, desk.lock.is_locked()), (None, true));
    let (state, notified) = state.wait(&desk.arrived).within(LIMIT).await;
    assert_eq!((notified, desk.lock.is_locked()), (false, true));
    let waiting = state.wait_for(&desk.arrived, |s| s.letters == [3]).within(LIMIT);
    let waiting = tokio::spawn(async move { waiting.await.1 });
    settled().await;
    let mut state = enter(&desk);
    state.letters.push(3);
    state.notify_one(&OwnedGuard::owner(&state).arrived);
    drop(state);
    assert!(waiting.await.unwrap());
    assert_eq!(Arc::strong_count(&desk), 1);
}

// === conditions with a lock of their own ===

#[tokio::test(start_paused = true)]
async fn owned_condition_guards_wait_and_notify() {
    let inbox = Arc::new(Condition::new(Vec::new()));
    let guard = Arc::clone(&inbox).acquire_owned().await;
    let reader = tokio::spawn(async move {
        let (guard, letter) = guard.wait_for_some(Vec::pop).await;
        let guard = guard.wait_for(Vec::is_empty).await;
        let mut guard = guard.wait().await;
        guard.push(letter);
        guard.notify(1);
        letter
    });
    settled().await;

    let mut guard = Arc::clone(&inbox).try_acquire_owned().unwrap();
    assert!(Arc::clone(&inbox).try_acquire_owned().is_none());
    guard.push(5);
    guard.notify_one();
    assert_eq!(format!("{guard:?}"), "[5]");
    guard.release();
    settled().await;
    let guard = Arc::clone(&inbox).acquire_owned().await;
    assert!(guard.is_empty());
    guard.notify_all();
    let guard = guard.wait().await;
    assert_eq!(*guard, [5]);
    drop(guard);
    assert_eq!(reader.await.unwrap(), 5);
    assert_eq!(Arc::into_inner(inbox).unwrap().into_inner(), [5]);
}

#[tokio::test(start_paused = true)]
async fn owned_condition_guards_wait_within_a_limit() {
    let inbox = Arc::new(Condition::new(0_u32));
    let guard = Arc::clone(&inbox).acquire_owned().await;
    let limit = Duration::from_millis(10);
    let (guard, met) = guard.wait_for(|letters| *letters > 0).within(limit).await;
    assert!(!met);
    let (guard, notified) = guard.wait().within(limit).await;
    assert!(!notified);
    let (_guard, letters) = guard.wait_for_some(|n| n.checked_sub(1)).within(limit).await;
    assert_eq!((letters, inbox.is_locked()), (None, true));
}

#[test]
fn an_owned_acquire_of_a_condition_is_dropped_without_a_trace() {
    let inbox = Arc::new(Condition::new(0));
    let guard = inbox.try_acquire().unwrap();
    let first = Polled::blocked(Arc::clone(&inbox).acquire_owned());
    let mut second = Polled::blocked(Arc::clone(&inbox).acquire_owned());
    guard.release();
    first.cancel();
    second.must_go_on().release();
    drop(second);
    assert_eq!(Arc::into_inner(inbox).unwrap().into_inner(), 0);
}

#[test]
fn the_data_of_a_condition_by_value_and_by_reference() {
    let mut condition = Condition::new(vec![1]);
    condition.get_mut().push(2);
    assert_eq!(*at_once(condition.acquire()), [1, 2]);
    assert_eq!(condition.into_inner(), [1, 2]);
}

/// A thread changes the data and notifies; a task waits.
#[tokio::test]
async fn a_thread_notifies_a_task() {
    let condition = Arc::new(Condition::new(0));
    let guard = condition.acquire().await;
    let thread = std::thread::spawn({
        let condition = Arc::clone(&condition);
        move || {
            let mut guard = condition.blocking_acquire();
            *guard = 7;
            guard.notify_one();
        }
    });
    let seen = timeout(Duration::from_secs(30), guard.wait_for(|value| *value == 7)).await;
    assert_eq!(*seen.unwrap(), 7);
    thread.join().unwrap();
}

#[tokio::test]
#[should_panic(expected = "block the current thread")]
async fn blocking_on_a_condition_is_refused_where_tasks_run() {
    let condition = Condition::new(0);
    let _guard = condition.acquire().await;
    drop(condition.blocking_acquire());
}
