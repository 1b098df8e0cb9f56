//! Which types are `Send`, `Sync`, `Unpin` and unwind-safe, and how large they are.
//!
//! Checked at compile time: a test fails by not compiling.

use std::cell::Cell;
use std::fmt::Debug;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::rc::Rc;
use std::sync::Arc;

use static_assertions::{assert_impl_all, assert_not_impl_any, const_assert, const_assert_eq};
use underlock::waiting::{
    Acquire, AcquireOwned, AcquireOwnedCondition, AcquirePermit, BarrierWait, EventWait, Wait,
    WaitFor, WaitForSome,
};
use underlock::{
    Barrier, BarrierPosition, BoundedSemaphore, BrokenBarrier, Condition, ConditionGuard,
    Conditions, Event, Guard, Lock, LockIn, LockNotHeld, OwnedConditionGuard, OwnedGuard,
    OwnedPermit, Party, Permit, Semaphore, Shared, guarded,
};

/// `Send`, not `Sync`.
type SendOnly = Cell<u32>;
/// `Sync`, not `Send`: it is released on the thread that acquired it.
type SyncOnly = std::sync::MutexGuard<'static, u32>;
/// Neither.
type Local = Rc<u32>;

#[guarded]
struct Cells<T> {
    lock: Lock,
    #[guarded(lock)]
    value: T,
    #[condition(lock)]
    changed: Condition,
}

impl<T> Cells<T> {
    fn new(value: T) -> Self {
        Cells { lock: Lock::new(CellsLock { value }), changed: Condition::shared() }
    }
}

fn is_send<T: Send>(_: &T) {}

// === locks ===

#[test]
fn lock_is_send_and_sync() {
    assert_impl_all!(Lock: Send, Sync, Unpin, Debug, Default);
    assert_impl_all!(Lock<SendOnly>: Send, Sync);
    assert_impl_all!(Lock<dyn Debug + Send>: Send, Sync);
}

#[test]
fn lock_of_data_that_is_not_send_is_neither() {
    assert_not_impl_any!(Lock<SyncOnly>: Send, Sync);
    assert_not_impl_any!(Lock<Local>: Send, Sync);
    assert_not_impl_any!(Lock<dyn Debug>: Send, Sync);
}

#[test]
fn guard_has_the_auto_traits_of_a_reference() {
    assert_impl_all!(Guard<'static, u32>: Send, Sync, Unpin);
    assert_impl_all!(Guard<'static, SendOnly>: Send);
    assert_not_impl_any!(Guard<'static, SendOnly>: Sync);
    assert_not_impl_any!(Guard<'static, SyncOnly>: Send);
    assert_not_impl_any!(Guard<'static, Local>: Send, Sync);
    assert_not_impl_any!(Guard<'static, u32>: Clone, Copy);
}

#[test]
fn owned_guard_has_the_auto_traits_of_a_reference() {
    assert_impl_all!(OwnedGuard<u32>: Send, Sync, Unpin);
    assert_impl_all!(OwnedGuard<SendOnly>: Send);
    assert_not_impl_any!(OwnedGuard<SendOnly>: Sync);
    assert_not_impl_any!(OwnedGuard<SyncOnly>: Send);
    assert_not_impl_any!(OwnedGuard<Local>: Send, Sync);
    assert_not_impl_any!(OwnedGuard<u32>: Clone, Copy);
}

/// `LockIn<S, T>` has those of an `Arc<S>` and a reference to the lock.
#[test]
fn owned_guard_has_the_auto_traits_of_its_owner() {
    assert_impl_all!(OwnedGuard<u32, 0, LockIn<u8, u32>>: Send, Sync, Unpin, UnwindSafe);
    assert_impl_all!(OwnedGuard<SendOnly, 0, LockIn<u8, SendOnly>>: Send);
    assert_not_impl_any!(OwnedGuard<SendOnly, 0, LockIn<u8, SendOnly>>: Sync);
    assert_not_impl_any!(OwnedGuard<SyncOnly, 0, LockIn<u8, SyncOnly>>: Send);
    assert_not_impl_any!(OwnedGuard<Local, 0, LockIn<u8, Local>>: Send, Sync);
    assert_not_impl_any!(OwnedGuard<u32, 0, LockIn<SendOnly, u32>>: Send, Sync);
    assert_not_impl_any!(OwnedGuard<u32, 0, LockIn<SyncOnly, u32>>: Send, Sync);
    assert_not_impl_any!(AcquireOwned<u32, 0, LockIn<SendOnly, u32>>: Send, Sync);
    assert_impl_all!(LockIn<u8, Cell<u32>>: Debug);
}

#[test]
fn acquire_is_send_if_its_guard_is() {
    assert_impl_all!(Acquire<'static, u32>: Send, Sync, Future);
    assert_impl_all!(Acquire<'static, SendOnly>: Send);
    assert_not_impl_any!(Acquire<'static, Local>: Send, Sync);
    assert_not_impl_any!(Acquire<'static, SyncOnly>: Send, Sync);
}

#[test]
fn acquire_owned_is_send() {
    is_send(&Arc::new(Lock::new(Cell::new(0))).acquire_owned());
}

// === conditions ===

#[test]
fn condition_is_send_and_sync() {
    assert_impl_all!(Condition<u32>: Send, Sync, Unpin, Debug, Default);
    assert_impl_all!(Condition<SendOnly>: Send, Sync);
    assert_not_impl_any!(Condition<Local>: Send, Sync);
    assert_not_impl_any!(Condition<SyncOnly>: Send, Sync);
}

/// A key, which holds no data.
#[test]
fn shared_condition_is_send_and_sync_whatever_the_lock_owns() {
    assert_impl_all!(Condition<Local, Shared<0>>: Send, Sync, Unpin, Debug, Default);
    assert_impl_all!(Condition<SyncOnly, Shared<0>>: Send, Sync);
}

#[test]
fn condition_guard_has_the_auto_traits_of_a_reference() {
    assert_impl_all!(ConditionGuard<'static, u32>: Send, Sync, Unpin);
    assert_impl_all!(ConditionGuard<'static, SendOnly>: Send);
    assert_not_impl_any!(ConditionGuard<'static, SendOnly>: Sync);
    assert_not_impl_any!(ConditionGuard<'static, Local>: Send, Sync);
    assert_not_impl_any!(ConditionGuard<'static, u32>: Clone, Copy);

    assert_impl_all!(OwnedConditionGuard<u32>: Send, Sync, Unpin);
    assert_impl_all!(OwnedConditionGuard<SendOnly>: Send);
    assert_not_impl_any!(OwnedConditionGuard<SendOnly>: Sync);
    assert_not_impl_any!(OwnedConditionGuard<Local>: Send, Sync);
    assert_not_impl_any!(OwnedConditionGuard<u32>: Clone, Copy);
}

#[test]
fn waits_are_send_if_their_guard_is() {
    assert_impl_all!(Wait<Guard<'static, u32>>: Send, Sync, Future);
    assert_impl_all!(Wait<Guard<'static, SendOnly>>: Send);
    assert_not_impl_any!(Wait<Guard<'static, SendOnly>>: Sync);
    assert_not_impl_any!(Wait<Guard<'static, Local>>: Send, Sync);

    assert_impl_all!(Wait<ConditionGuard<'static, SendOnly>>: Send, Future);
    assert_not_impl_any!(Wait<ConditionGuard<'static, SendOnly>>: Sync);
    assert_not_impl_any!(Wait<ConditionGuard<'static, Local>>: Send, Sync);

    assert_impl_all!(Wait<OwnedGuard<u32>>: Send, Sync, Future);
    assert_impl_all!(Wait<OwnedGuard<SendOnly>>: Send);
    assert_not_impl_any!(Wait<OwnedGuard<SendOnly>>: Sync);
    assert_not_impl_any!(Wait<OwnedGuard<u32, 0, LockIn<SendOnly, u32>>>: Send, Sync);
    assert_impl_all!(Wait<OwnedConditionGuard<SendOnly>>: Send, Future);

    let condition = Condition::new(Cell::new(0));
    is_send(&condition.acquire());
    is_send(&condition.try_acquire().map(ConditionGuard::wait));
    is_send(&condition.try_acquire().map(|guard| guard.wait_for(|cell| cell.get() > 0)));
    is_send(&condition.try_acquire().map(|guard| guard.wait_for_some(|cell| Some(cell.get()))));

    let shared = Cells::new(Cell::new(0));
    let changed = &shared.changed;
    is_send(&shared.lock.try_acquire().map(|state| state.wait(changed)));
    is_send(&shared.lock.try_acquire().map(|state| state.wait_for(changed, |s| s.value.get() > 0)));
    is_send(
        &shared
            .lock
            .try_acquire()
            .map(|state| state.wait_for_some(changed, |s| Some(s.value.get()))),
    );
}

#[test]
fn guarded_struct_is_send_and_sync_with_its_fields() {
    assert_impl_all!(Cells<SendOnly>: Send, Sync);
    assert_not_impl_any!(Cells<SyncOnly>: Send, Sync);
    assert_not_impl_any!(Cells<Local>: Send, Sync);
    assert_impl_all!(CellsLock<u32>: Conditions<1>);
    assert_not_impl_any!(CellsLock<u32>: Conditions<2>);
}

/// The stand-in for a guarded field is zero-sized and has no methods.
#[test]
fn lock_not_held_implements_nothing() {
    assert_impl_all!(LockNotHeld<Local, Local>: Send, Sync, Unpin);
    assert_not_impl_any!(LockNotHeld<u32, ()>: Debug, Clone, Copy, Default, PartialEq);
}

// === the others ===

#[test]
fn event_is_send_and_sync() {
    assert_impl_all!(Event: Send, Sync, Unpin, Debug, Default);
    assert_impl_all!(EventWait<'static>: Send, Sync, Future);
}

#[test]
fn semaphores_are_send_and_sync() {
    assert_impl_all!(Semaphore: Send, Sync, Unpin, Debug, Default);
    assert_impl_all!(BoundedSemaphore: Send, Sync, Unpin, Debug, Default);
    assert_impl_all!(AcquirePermit<'static, Semaphore>: Send, Sync, Future);
    assert_impl_all!(AcquirePermit<'static, BoundedSemaphore>: Send, Sync, Future);
    is_send(&Arc::new(Semaphore::new(1)).acquire_owned());
    is_send(&Arc::new(BoundedSemaphore::new(1)).acquire_many_owned(1));
}

#[test]
fn permits_are_send_and_sync() {
    assert_impl_all!(Permit<'static>: Send, Sync, Unpin, Debug);
    assert_impl_all!(Permit<'static, BoundedSemaphore>: Send, Sync, Unpin, Debug);
    assert_impl_all!(OwnedPermit: Send, Sync, Unpin, Debug);
    assert_impl_all!(OwnedPermit<BoundedSemaphore>: Send, Sync, Unpin, Debug);
    assert_not_impl_any!(Permit<'static>: Clone, Copy);
    assert_not_impl_any!(OwnedPermit: Clone, Copy);
}

#[test]
fn barrier_is_send_and_sync() {
    assert_impl_all!(Barrier: Send, Sync, Unpin, Debug);
    assert_impl_all!(BarrierWait<'static>: Send, Sync, Future);
    assert_impl_all!(Party: Send, Sync, Unpin, Debug);
    assert_not_impl_any!(Party: Clone, Copy);
    assert_impl_all!(BarrierPosition: Send, Sync, Copy, Ord, std::hash::Hash);
    assert_impl_all!(BrokenBarrier: Send, Sync, Copy, std::error::Error);
}

#[test]
fn futures_are_debug() {
    assert_impl_all!(Acquire<'static, Cell<u32>>: Debug);
    assert_impl_all!(Wait<Guard<'static, Cell<u32>>>: Debug);
    assert_impl_all!(WaitFor<Guard<'static, u32>, fn(&u32) -> bool>: Debug);
    assert_impl_all!(WaitForSome<Guard<'static, u32>, fn(&mut u32) -> Option<u8>>: Debug);
    assert_impl_all!(Wait<ConditionGuard<'static, u32>>: Debug);
    assert_impl_all!(AcquireOwned<Cell<u32>>: Debug);
    assert_impl_all!(AcquireOwnedCondition<Cell<u32>>: Debug);
    assert_impl_all!(WaitFor<ConditionGuard<'static, u32>, fn(&u32) -> bool>: Debug);
    assert_impl_all!(WaitForSome<ConditionGuard<'static, u32>, fn(&mut u32) -> Option<u8>>: Debug);
    assert_impl_all!(EventWait<'static>: Debug);
    assert_impl_all!(AcquirePermit<'static, BoundedSemaphore>: Debug);
    assert_impl_all!(BarrierWait<'static>: Debug);
}

/// A queued future is pointed to by its neighbours.
#[test]
fn futures_are_not_unpin() {
    assert_not_impl_any!(Acquire<'static, u32>: Unpin);
    assert_not_impl_any!(Wait<Guard<'static, u32>>: Unpin);
    assert_not_impl_any!(WaitFor<Guard<'static, u32>, fn(&u32) -> bool>: Unpin);
    assert_not_impl_any!(WaitForSome<Guard<'static, u32>, fn(&mut u32) -> Option<u8>>: Unpin);
    assert_not_impl_any!(Wait<ConditionGuard<'static, u32>>: Unpin);
    assert_not_impl_any!(Wait<OwnedGuard<u32>>: Unpin);
    assert_not_impl_any!(AcquireOwned<u32>: Unpin);
    assert_not_impl_any!(AcquireOwnedCondition<u32>: Unpin);
    assert_not_impl_any!(WaitFor<ConditionGuard<'static, u32>, fn(&u32) -> bool>: Unpin);
    assert_not_impl_any!(WaitForSome<ConditionGuard<'static, u32>, fn(&mut u32) -> Option<u8>>: Unpin);
    assert_not_impl_any!(EventWait<'static>: Unpin);
    assert_not_impl_any!(AcquirePermit<'static, Semaphore>: Unpin);
    assert_not_impl_any!(BarrierWait<'static>: Unpin);
}

/// Like std's own, whatever they protect: the data is accessible after a holder has panicked
/// anyway.
#[test]
fn primitives_are_unwind_safe() {
    assert_impl_all!(Lock: UnwindSafe, RefUnwindSafe);
    assert_impl_all!(Lock<Cell<u32>>: UnwindSafe, RefUnwindSafe);
    assert_impl_all!(Lock<dyn FnMut() + Send>: UnwindSafe, RefUnwindSafe);
    assert_impl_all!(Condition<Cell<u32>>: UnwindSafe, RefUnwindSafe);
    assert_impl_all!(Condition<Cell<u32>, Shared<0>>: UnwindSafe, RefUnwindSafe);
    assert_impl_all!(Cells<Cell<u32>>: UnwindSafe, RefUnwindSafe);
    assert_impl_all!(Event: UnwindSafe, RefUnwindSafe);
    assert_impl_all!(Semaphore: UnwindSafe, RefUnwindSafe);
    assert_impl_all!(BoundedSemaphore: UnwindSafe, RefUnwindSafe);
    assert_impl_all!(Permit<'static>: UnwindSafe, RefUnwindSafe);
    assert_impl_all!(OwnedPermit: UnwindSafe, RefUnwindSafe);
    assert_impl_all!(Barrier: UnwindSafe, RefUnwindSafe);
    assert_impl_all!(Party: UnwindSafe, RefUnwindSafe);
}

/// Each function shortens a lifetime: covariance.
#[test]
fn borrowing_types_are_covariant() {
    fn _permit<'a, 'long: 'a>(permit: Permit<'long>) -> Permit<'a> {
        permit
    }
    fn _bounded<'a, 'long: 'a>(
        permit: Permit<'long, BoundedSemaphore>,
    ) -> Permit<'a, BoundedSemaphore> {
        permit
    }
    fn _acquire_permit<'a, 'long: 'a>(
        acquire: AcquirePermit<'long, Semaphore>,
    ) -> AcquirePermit<'a, Semaphore> {
        acquire
    }
    fn _event_wait<'a, 'long: 'a>(wait: EventWait<'long>) -> EventWait<'a> {
        wait
    }
    fn _barrier_wait<'a, 'long: 'a>(wait: BarrierWait<'long>) -> BarrierWait<'a> {
        wait
    }
    fn _acquire<'a, 'long: 'a>(acquire: Acquire<'long, u32>) -> Acquire<'a, u32> {
        acquire
    }
}

// === sizes ===

const WORD: usize = size_of::<usize>();

#[test]
fn lock_is_one_word_and_its_data() {
    const_assert_eq!(size_of::<Lock>(), WORD);
    const_assert_eq!(size_of::<Lock<usize>>(), 2 * WORD);
}

#[test]
fn guard_is_one_word() {
    const_assert_eq!(size_of::<Guard<'static, [u8; 100]>>(), WORD);
    const_assert_eq!(size_of::<Option<Guard<'static, u8>>>(), WORD);
    const_assert_eq!(size_of::<OwnedGuard<u8>>(), WORD);
    const_assert_eq!(size_of::<ConditionGuard<'static, u8>>(), WORD);
    // With a lock that is a field of what it owns, one more.
    const_assert_eq!(size_of::<OwnedGuard<u8, 0, LockIn<u32, u8>>>(), 2 * WORD);
    const_assert_eq!(size_of::<OwnedConditionGuard<u8>>(), 2 * WORD);
}

#[test]
fn acquire_is_six_words() {
    const_assert!(size_of::<Acquire<'static, u8>>() <= 6 * WORD);
}

#[test]
fn event_is_one_word() {
    const_assert_eq!(size_of::<Event>(), WORD);
}

/// The count of free permits or the queue, the granted waiters, the total number of permits.
#[test]
fn semaphore_is_three_words() {
    const_assert_eq!(size_of::<Semaphore>(), 3 * WORD);
}

#[test]
fn barrier_is_four_words_at_most() {
    const_assert!(size_of::<Barrier>() <= 4 * WORD);
    const_assert_eq!(size_of::<Party>(), WORD);
}

#[test]
fn a_shared_condition_is_half_a_word_and_a_marker_nothing() {
    const_assert_eq!(size_of::<Condition<u64, Shared<0>>>(), size_of::<u32>());
    const_assert_eq!(size_of::<LockNotHeld<u64, ()>>(), 0);
}
