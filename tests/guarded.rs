//! `#[guarded]`: the generated code in use, for all shapes of structs.

use std::collections::{BTreeMap, VecDeque};
use std::fmt::Debug;
use std::iter::Peekable;
use std::marker::PhantomData;
use std::sync::Arc;

use underlock::{Condition, Lock, guarded, sync_block};

// === The bounded channel ===

#[guarded]
#[derive(Debug)]
pub(crate) struct Channel<T> {
    lock: Lock,
    #[guarded(lock)]
    items: VecDeque<T>,
    #[guarded(lock)]
    closed: bool,
    #[condition(lock)]
    not_empty: Condition,
    #[condition(lock)]
    not_full: Condition,
    capacity: usize,
}

impl<T> ChannelLock<T> {
    fn is_over(&self) -> bool {
        self.closed && self.items.is_empty()
    }
}

impl<T> Channel<T> {
    const fn new(capacity: usize) -> Self {
        Channel {
            lock: Lock::new(ChannelLock { items: VecDeque::new(), closed: false }),
            not_empty: Condition::shared(),
            not_full: Condition::shared(),
            capacity,
        }
    }

    async fn send(&self, item: T) {
        sync_block!(state = self.lock, {
            state = state.wait_for(&self.not_full, |s| s.items.len() < self.capacity).await;
            self.push(&mut state, item);
        });
    }

    /// A helper that can be called only with the lock's guard.
    fn push(&self, state: &mut ChannelLockGuard<'_, T>, item: T) {
        state.items.push_back(item);
        state.notify_one(&self.not_empty);
    }

    async fn receive(&self) -> Option<T> {
        sync_block!(state = self.lock, {
            state = state.wait_for(&self.not_empty, |s| s.closed || !s.items.is_empty()).await;
            state.notify_one(&self.not_full);
            if state.is_over() {
                return None;
            }
            state.items.pop_front()
        })
    }

    async fn close(&self) {
        sync_block!(state = self.lock, {
            state.closed = true;
            state.notify_all(&self.not_empty);
        });
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn a_channel_passes_all_items() {
    let channel = Arc::new(Channel::new(2));
    let senders: Vec<_> = (0..4)
        .map(|sender| {
            let channel = Arc::clone(&channel);
            tokio::spawn(async move {
                for item in 0..250 {
                    channel.send(sender * 250 + item).await;
                }
            })
        })
        .collect();
    let receivers: Vec<_> = (0..3)
        .map(|_| {
            let channel = Arc::clone(&channel);
            tokio::spawn(async move {
                let mut received = Vec::new();
                while let Some(item) = channel.receive().await {
                    received.push(item);
                }
                received
            })
        })
        .collect();
    for sender in senders {
        sender.await.unwrap();
    }
    channel.close().await;
    let mut all = Vec::new();
    for receiver in receivers {
        all.extend(receiver.await.unwrap());
    }
    all.sort_unstable();
    assert_eq!(all, (0..1000).collect::<Vec<_>>());
}

#[test]
fn a_guarded_struct_can_be_a_static() {
    static CHANNEL: Channel<u8> = Channel::new(1);
    assert!(CHANNEL.lock.try_acquire().is_some_and(|state| !state.closed));
}

#[test]
fn debug_is_derived_for_both_structs() {
    let channel = Channel::<u8>::new(7);
    let outer = format!("{channel:?}");
    assert!(outer.starts_with("Channel { lock: Lock"), "{outer}");
    assert!(outer.ends_with("capacity: 7 }"), "{outer}");
    let state = channel.lock.into_inner();
    assert_eq!(format!("{state:?}"), "ChannelLock { items: [], closed: false }");
}

#[test]
fn auto_traits_follow_the_fields() {
    fn is_shareable<T: Send + Sync>() {}
    is_shareable::<Channel<u32>>();
    // Guarded data need not be `Sync`, as in a mutex.
    is_shareable::<Channel<std::cell::Cell<u32>>>();
    is_shareable::<ChannelLock<u32>>();
}

// === Generics ===

trait Source {
    type Item;
}

impl Source for u8 {
    type Item = u16;
}

#[guarded]
#[derive(Debug, Default)]
struct Store<'a, 'guard: 'a, K, V = u32, const N: usize = 2, S: Source = u8>
where
    K: Ord + Clone,
    V: Into<u64> + PartialEq<K>,
    S::Item: Debug + Default,
    [u8; N]: Default,
{
    map_lock: Lock,
    #[guarded(map_lock)]
    map: BTreeMap<K, S::Item>,
    bytes_lock: Lock,
    #[guarded(bytes_lock)]
    bytes: [u8; N],
    #[guarded(bytes_lock)]
    borrowed: Vec<&'guard str>,
    #[condition(bytes_lock)]
    changed: Condition,
    shared: Option<&'a V>,
    names: Vec<&'guard K>,
}

struct Four(u64);

impl From<Four> for u64 {
    fn from(four: Four) -> u64 {
        four.0
    }
}

impl PartialEq<String> for Four {
    fn eq(&self, other: &String) -> bool {
        *other == self.0.to_string()
    }
}

#[tokio::test]
async fn each_lock_takes_the_generics_of_its_fields() {
    fn fill<'g>(mut guard: StoreBytesLockGuard<'_, 'g, 4>, text: &'g str) {
        guard.borrowed.push(text);
        guard.bytes[3] = 9;
    }

    let text = String::from("text");
    let four = Four(4);
    let store = Store::<String, Four, 4> {
        map_lock: Lock::new(StoreMapLock { map: BTreeMap::new() }),
        bytes_lock: Lock::new(StoreBytesLock { bytes: [0; 4], borrowed: Vec::new() }),
        changed: Condition::shared(),
        shared: Some(&four),
        names: Vec::new(),
    };
    fill(store.bytes_lock.acquire().await, &text);
    // Two locks of one struct are independent.
    sync_block!(bytes = store.bytes_lock, {
        sync_block!(map = store.map_lock, {
            let map: &mut BTreeMap<String, u16> = &mut map.map;
            map.insert(bytes.borrowed.concat(), u16::from(bytes.bytes[3]));
        });
        bytes.notify_all(&store.changed);
    });
    assert_eq!(store.map_lock.into_inner().map["text"], 9);
    assert!(store.names.is_empty() && store.shared.is_some_and(|four| four.0 == 4));
}

#[guarded]
struct Stream<I: Iterator<Item = T>, T: Clone> {
    lock: Lock,
    #[guarded(lock)]
    rest: Peekable<I>,
    first: T,
}

#[test]
fn a_bound_of_a_field_is_copied() {
    let mut stream = Stream {
        lock: Lock::new(StreamLock { rest: vec![1, 2].into_iter().peekable() }),
        first: 0,
    };
    assert_eq!(stream.lock.get_mut().rest.peek(), Some(&1));
    assert_eq!(stream.first, 0);
}

#[guarded]
struct Node<T: 'static, const N: usize> {
    lock: Lock,
    #[guarded(lock)]
    next: Option<Arc<Self>>,
    #[guarded(lock)]
    function: for<'a> fn(&'a Self, &'a [T; N]) -> usize,
    kind: PhantomData<T>,
}

#[tokio::test]
async fn self_is_the_annotated_struct() {
    let node = |next| Node::<u8, 3> {
        lock: Lock::new(NodeLock { next, function: |_, items| items.len() }),
        kind: PhantomData,
    };
    let last = Arc::new(node(None));
    let first = node(Some(Arc::clone(&last)));
    sync_block!(state = first.lock, {
        let next = state.next.as_ref().unwrap();
        assert!(Arc::ptr_eq(next, &last));
        assert_eq!((state.function)(next, &[0; 3]), 3);
    });
    let PhantomData = first.kind;
}

// === Locks and conditions ===

#[guarded]
#[derive(Debug, Default)]
struct Signal {
    lock: Lock,
    #[condition(lock)]
    changed: Condition,
    /// Ordinary fields: locks that own their data.
    total: Lock<u32>,
    ready: Condition<bool>,
    #[guarded(lock)]
    inner: Lock<i8>,
}

#[tokio::test]
async fn locks_with_a_type_are_ordinary_fields() {
    let signal = Signal::default();
    sync_block!(total = signal.total, { *total += 2 });
    sync_block!(ready = signal.ready, {
        *ready = true;
        ready = ready.wait_for(|ready| *ready).await;
        ready.notify_all();
    });
    sync_block!(state = signal.lock, {
        *state.inner.get_mut() -= 3;
        state.notify_all(&signal.changed);
    });
    assert_eq!(signal.total.into_inner(), 2);
    assert_eq!(signal.lock.into_inner().inner.into_inner(), -3);
}

#[guarded]
#[derive(Debug, Default)]
struct OnlyConditions {
    lock: Lock,
    #[condition(lock)]
    changed: Condition,
}

#[tokio::test]
async fn a_lock_without_data_for_its_conditions() {
    let only = OnlyConditions { lock: Lock::new(OnlyConditionsLock {}), ..Default::default() };
    let mut waiting = Box::pin(async {
        sync_block!(state = only.lock, {
            state = state.wait(&only.changed).await;
            state.notify_all(&only.changed);
        });
        true
    });
    tokio::select! {
        biased;
        _ = &mut waiting => unreachable!("it is not notified"),
        () = async {
            sync_block!(state = only.lock, { state.notify_one(&only.changed) });
        } => {}
    }
    assert!(waiting.await);
}

// === Attributes and names ===

#[guarded]
struct Configured {
    lock: Lock,
    #[cfg(any())]
    #[guarded(lock)]
    absent: DoesNotExist,
    #[cfg(test)]
    #[guarded(lock)]
    present: u32,
    #[cfg(any())]
    #[condition(lock)]
    never: Condition,
    #[cfg(test)]
    #[condition(lock)]
    #[cfg(not(any()))]
    always: Condition,
    #[cfg(any())]
    other: Lock,
    #[cfg(any())]
    #[guarded(other)]
    unseen: DoesNotExist,
    #[cfg(any())]
    #[condition(other)]
    gone: Condition,
    #[cfg(test)]
    last: Lock,
    #[guarded(last)]
    #[cfg(any())]
    missing: DoesNotExist,
}

#[tokio::test]
async fn cfg_removes_fields_locks_and_conditions() {
    let configured = Configured {
        lock: Lock::new(ConfiguredLock { present: 1 }),
        always: Condition::shared(),
        last: Lock::new(ConfiguredLast {}),
    };
    sync_block!(state = configured.lock, _ = configured.last, {
        state.notify_all(&configured.always);
        assert_eq!(state.present, 1);
    });
}

/// A parameter that only an absent field mentions is not a parameter of the guarded struct.
#[guarded]
#[derive(Debug, Default)]
struct Traced<'a, T: ?Sized, U> {
    lock: Lock,
    #[guarded(lock)]
    count: u32,
    #[guarded(lock)]
    last: Option<U>,
    #[cfg(any())]
    #[guarded(lock)]
    trace: Vec<&'a T>,
    all: Vec<&'a T>,
}

#[tokio::test]
async fn cfg_removes_the_last_mention_of_a_parameter() {
    let traced = Traced::<str, _> {
        lock: Lock::new(TracedLock { count: 1, last: Some('l') }),
        all: vec!["all"],
    };
    sync_block!(state = traced.lock, {
        state.count += 1;
        assert_eq!((state.count, state.last), (2, Some('l')));
    });
    assert_eq!(traced.all, ["all"]);
}

#[allow(non_camel_case_types, reason = "the name of a lock is a type's name as well")]
mod raw {
    use super::*;

    #[guarded]
    #[derive(Default)]
    pub(super) struct r#struct {
        pub(super) r#type: Lock,
        #[guarded(r#type)]
        pub(super) r#fn: u32,
        #[condition(r#type)]
        pub(super) r#while: Condition,
        pub(super) r#loop_: Lock,
        #[guarded(loop_)]
        r#match: u8,
    }

    impl r#struct {
        pub(super) async fn of_match(&self) -> u8 {
            let guard: structLoopGuard<'_> = self.loop_.acquire().await;
            guard.r#match
        }
    }
}

#[tokio::test]
async fn raw_names_work_everywhere() {
    let raw =
        raw::r#struct { r#type: Lock::new(raw::structType { r#fn: 3 }), ..Default::default() };
    sync_block!(r#mod = raw.r#type, {
        r#mod.r#fn += 1;
        r#mod.notify_all(&raw.r#while);
    });
    assert_eq!(raw.r#type.into_inner().r#fn, 4);
    assert_eq!(raw::r#struct::default().of_match().await, 0);
}

#[test]
fn a_marker_is_zero_sized() {
    let store = Channel::<u8>::new(0);
    assert_eq!(size_of_val(&store.items), 0);
    assert_eq!(size_of_val(&*store), 0);
}

/// A lock may have the name of a module or a type in the fields.
mod named_as_others {
    use underlock::{Condition, Lock, guarded};

    mod lock {
        #[derive(Debug, Default)]
        pub(super) struct Value(pub(super) u32);
    }

    #[guarded]
    #[derive(Debug, Default)]
    pub(super) struct Named {
        lock: Lock,
        #[guarded(lock)]
        value: lock::Value,
        #[condition(lock)]
        items: Condition,
    }

    impl Named {
        pub(super) fn value(&mut self) -> &mut u32 {
            let _: &Condition<NamedLock, _> = &self.items;
            &mut self.lock.get_mut().value.0
        }
    }
}

#[test]
fn a_lock_may_share_its_name() {
    assert_eq!(*named_as_others::Named::default().value(), 0);
}
