//! What changes about a semaphore while it is used, and several of its permits in a block.

use std::sync::Arc;
use std::time::Duration;

use underlock::{BoundedSemaphore, Busy, Elapsed, Semaphore, sync_block};

use crate::support::{Polled, at_once};

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
