//! A lock per key: nobody shares it, and its entry goes with the last who uses it.

use std::pin::pin;

use loom::future::block_on;
use loom::sync::Arc;
use loom::thread;
use underlock::LockMap;

use crate::{Published, Tracked, explore, poll_once};

type Map = LockMap<u32, Tracked>;

fn adding(map: &Arc<Map>) -> thread::JoinHandle<()> {
    let map = Arc::clone(map);
    thread::spawn(move || block_on(map.key(&7).acquire()).add(1))
}

/// A newcomer of a key against its holder, who takes the entry out if it is the last.
///
/// ```fault
/// lock_map/shard.rs, Entries::leave: an entry goes while others use it
/// - if entry.users > 0 {
/// -     return None;
/// - }
/// ```
/// ```fault
/// lock_map/shard.rs, Entries::join: a newcomer is not counted
/// - entry.users += 1;
/// ```
/// ```fault
/// lock_map/shard.rs, join_or_insert: a key that another has inserted meanwhile gets a second lock
/// - if let Some(lock) = entries.join(hash, &entry.key) {
/// -     return (lock, Some(entry));
/// - }
/// ```
#[test]
fn removal_against_acquire() {
    explore(2, || {
        let map = Arc::new(Map::new());
        let shared = Arc::new(Published::default());
        // Whoever holds the key is alone with what it stands for, though the entry may be a new one.
        let enter = |map: &Map, shared: &Published| {
            let guard = block_on(map.key(&7).acquire());
            shared.set(shared.get() + 1);
            guard.release();
        };
        let other = {
            let (map, shared) = (Arc::clone(&map), Arc::clone(&shared));
            thread::spawn(move || enter(&map, &shared))
        };
        enter(&map, &shared);
        enter(&map, &shared);
        other.join().unwrap();
        assert_eq!(shared.get(), 3);
        assert!(map.is_empty());
    });
}

/// A waiter that is cancelled is the last to use its entry, or is granted the key first.
///
/// ```fault
/// lock_map/shard.rs, Entries::leave: an entry stays when its last user goes
/// - if entry.users > 0 {
/// -     return None;
/// - }
/// + return None;
/// ```
/// ```fault
/// lock_map/shard.rs, Entries::leave: an entry that is gone is counted
/// - self.len -= 1;
/// ```
#[test]
fn cancelled_as_the_last() {
    explore(3, || {
        let map = Arc::new(Map::new());
        let held = map.key(&7).try_acquire().unwrap();
        let leaving = {
            let map = Arc::clone(&map);
            thread::spawn(move || {
                block_on(async { drop(poll_once(pin!(map.key(&7).acquire())).await) });
            })
        };
        held.release();
        leaving.join().unwrap();
        assert!(map.is_empty());
    });
}

/// The data of one entry is seen by the next holder, and by nobody after the last.
///
/// ```fault
/// lock_map/shard.rs, Entries::leave: the last user leaves the entry in its bucket
/// - None => self.buckets.remove(&hash).map(|bucket| bucket.first),
/// + None => None,
/// ```
#[test]
fn an_entry_lasts_as_long_as_its_users() {
    explore(2, || {
        let map = Arc::new(Map::new());
        let mut held = map.key(&7).try_acquire().unwrap();
        held.add(1);
        let other = adding(&map);
        held.add(1);
        drop(held);
        other.join().unwrap();
        assert!(map.is_empty());
        assert_eq!(map.key(&7).try_acquire().unwrap().get(), 0);
    });
}
