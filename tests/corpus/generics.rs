//! Structs with all kinds of parameters, and the code that is generic over them.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::{Debug, Display};
use std::hash::Hash;
use std::marker::PhantomData;
use std::sync::Arc;

use underlock::{Condition, Conditions, Lock, guarded, sync_block};

/// Bounds on the parameters, and in a where clause.
#[guarded]
#[derive(Debug)]
struct Cache<K: Hash + Eq, V>
where
    V: Clone,
{
    lock: Lock,
    #[guarded(lock)]
    entries: HashMap<K, V>,
    #[condition(lock)]
    added: Condition,
}

impl<K: Hash + Eq, V> Cache<K, V>
where
    V: Clone,
{
    fn new() -> Self {
        Self { lock: Lock::new(CacheLock { entries: HashMap::new() }), added: Condition::shared() }
    }

    async fn insert(&self, key: impl Into<K>, value: V) -> Option<V> {
        sync_block!(state = self.lock, {
            let old = state.entries.insert(key.into(), value);
            state.notify_all(&self.added);
            old
        })
    }

    async fn get<Q>(&self, key: &Q) -> V
    where
        K: std::borrow::Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        sync_block!(state = self.lock, {
            let value;
            (state, value) =
                state.wait_for_some(&self.added, |state| state.entries.get(key).cloned()).await;
            value
        })
    }

    /// Runs the caller's closure with the lock held.
    async fn with<R>(&self, run: impl FnOnce(&mut CacheLock<K, V>) -> R) -> R {
        sync_block!(state = self.lock, { run(&mut state) })
    }
}

#[tokio::test]
async fn bounds_and_impl_trait_arguments() {
    let cache = Cache::<String, Vec<u8>>::new();
    assert_eq!(cache.insert("one", vec![1]).await, None);
    assert_eq!(cache.insert(String::from("one"), vec![2]).await, Some(vec![1]));
    assert_eq!(cache.get("one").await, [2]);
    assert_eq!(cache.with(|state| state.entries.drain().count()).await, 1);
}

/// Borrowed data, by lifetimes that depend on each other.
#[guarded]
#[derive(Debug, Default)]
struct Parser<'text, 'names: 'text> {
    lock: Lock,
    #[guarded(lock)]
    rest: &'text str,
    #[guarded(lock)]
    found: Vec<Cow<'names, str>>,
}

impl<'text, 'names: 'text> Parser<'text, 'names> {
    async fn next(&self) -> Option<&'text str> {
        sync_block!(state = self.lock, {
            let (word, rest) = state.rest.split_once(' ')?;
            state.rest = rest;
            Some(word)
        })
    }

    async fn keep(&self, name: &'names str) {
        sync_block!(state = self.lock, { state.found.push(name.into()) });
    }
}

#[tokio::test]
async fn lifetimes() {
    let text = String::from("a b c");
    let parser = Parser { lock: Lock::new(ParserLock { rest: &text, found: Vec::new() }) };
    assert_eq!((parser.next().await, parser.next().await), (Some("a"), Some("b")));
    parser.keep("found").await;
    assert_eq!(parser.lock.into_inner().found, ["found"]);
}

/// Const parameters, one with a default, and expressions of them.
#[guarded]
#[derive(Debug)]
struct Grid<T: Copy, const WIDTH: usize, const HEIGHT: usize = 2> {
    lock: Lock,
    #[guarded(lock)]
    rows: [[T; WIDTH]; HEIGHT],
    #[guarded(lock)]
    header: [u8; 4 * 2],
}

#[tokio::test]
async fn const_generics() {
    let grid: Grid<_, 3> = Grid { lock: Lock::new(GridLock { rows: [[1; 3]; 2], header: [0; 8] }) };
    sync_block!(state = grid.lock, {
        state.rows[1][2] = 5;
        state.header[7] = 1;
        assert_eq!(state.rows.concat().iter().sum::<i32>(), 10);
    });
}

/// A trait with a generic associated type, whose items the lock guards.
trait Store {
    type Item<'a>: Debug
    where
        Self: 'a;
    const LIMIT: usize;
}

#[derive(Debug)]
struct Words;

impl Store for Words {
    type Item<'a> = &'a str;
    const LIMIT: usize = 2;
}

#[guarded]
struct Window<'a, S: Store + 'a, const N: usize = 1> {
    lock: Lock,
    #[guarded(lock)]
    items: Vec<S::Item<'a>>,
    #[guarded(lock)]
    last: Option<<S as Store>::Item<'a>>,
    of: PhantomData<S>,
}

impl<'a, S: Store, const N: usize> Window<'a, S, N> {
    async fn push(&self, item: S::Item<'a>) -> bool {
        sync_block!(state = self.lock, {
            if let Some(last) = state.last.replace(item) {
                state.items.push(last);
            }
            state.items.len() < S::LIMIT * N
        })
    }
}

#[tokio::test]
async fn generic_associated_types() {
    let window = Window::<Words> {
        lock: Lock::new(WindowLock { items: Vec::new(), last: None }),
        of: PhantomData,
    };
    assert!(window.push("a").await && window.push("b").await && !window.push("c").await);
    let PhantomData = window.of;
}

type Changes = dyn FnMut(&mut u32) + Send;

/// Higher-ranked bounds, functions, and trait objects.
#[guarded]
struct Handlers<F, E: ?Sized>
where
    F: for<'a> Fn(&'a str) -> &'a str + Send,
    E: Display,
{
    lock: Lock,
    #[guarded(lock)]
    trim: F,
    #[guarded(lock)]
    others: Vec<Box<Changes>>,
    #[guarded(lock)]
    plain: fn(u32) -> u32,
    last_error: Option<Box<E>>,
}

#[tokio::test]
async fn functions_and_trait_objects() {
    let handlers: Handlers<_, dyn Display> = Handlers {
        lock: Lock::new(HandlersLock {
            trim: |text| text.trim(),
            others: vec![Box::new(|sum| *sum += 1), Box::new(|sum| *sum *= 2)],
            plain: u32::count_ones,
        }),
        last_error: None,
    };
    let sum = sync_block!(state = handlers.lock, {
        assert_eq!((state.trim)(" a "), "a");
        let mut sum = 3;
        for other in &mut state.others {
            other(&mut sum);
        }
        (state.plain)(sum)
    });
    assert!(sum == 1 && handlers.last_error.is_none());
}

/// Parameters with names that expansions like to use.
#[guarded]
#[derive(Debug, Default)]
struct Named<'a, 'guard, T, L, N, State, const SIDE: usize, Guard = u8> {
    lock: Lock,
    #[guarded(lock)]
    first: Option<(T, L)>,
    #[guarded(lock)]
    second: Option<(&'a N, &'guard State)>,
    #[guarded(lock)]
    third: Option<[Guard; SIDE]>,
}

#[tokio::test]
async fn parameters_of_any_name() {
    let named = Named::<u8, i8, u16, i16, 3>::default();
    sync_block!(state = named.lock, {
        state.first = Some((1, -1));
        state.second = Some((&1, &-1));
        state.third = Some([1; 3]);
        assert!(state.first.is_some() && state.second.is_some() && state.third.is_some());
    });
}

/// A trait that a guarded struct implements, and is used through.
trait Counter {
    async fn add(&self, amount: u64) -> u64;
}

#[guarded]
#[derive(Debug, Default)]
struct Total {
    lock: Lock,
    #[guarded(lock)]
    total: u64,
}

impl Counter for Total {
    async fn add(&self, amount: u64) -> u64 {
        sync_block!(state = self.lock, {
            state.total += amount;
            state.total
        })
    }
}

/// A trait whose default method enters a lock of its implementors.
trait Locked {
    type Data: Default;

    fn lock(&self) -> &Lock<Self::Data>;

    async fn take(&self) -> Self::Data {
        sync_block!(data = self.lock(), { std::mem::take(&mut *data) })
    }
}

impl Locked for Lock<String> {
    type Data = String;

    fn lock(&self) -> &Self {
        self
    }
}

#[tokio::test]
async fn blocks_in_default_methods() {
    let text = Lock::new(String::from("text"));
    assert_eq!((text.take().await, text.take().await), ("text".into(), String::new()));
}

impl<C: Counter> Counter for Arc<C> {
    async fn add(&self, amount: u64) -> u64 {
        C::add(self, amount).await
    }
}

async fn add_twice(counter: impl Counter, amount: u64) -> u64 {
    counter.add(amount).await;
    counter.add(amount).await
}

#[tokio::test]
async fn traits_of_guarded_structs() {
    let total = Arc::new(Total::default());
    assert_eq!(add_twice(Arc::clone(&total), 3).await, 6);
    assert_eq!(total.add(1).await, 7);
}

/// One lock may own unsized data.
#[tokio::test]
async fn unsized_data() {
    let shown: Arc<Lock<dyn Display + Send>> = Arc::new(Lock::new(5));
    assert_eq!(sync_block!(value = shown, { value.to_string() }), "5");
    let bytes: &Lock<[u8]> = &Lock::new([1, 2, 3]);
    sync_block!(bytes = bytes, {
        bytes.reverse();
        assert_eq!(&*bytes, [3, 2, 1]);
    });
}

/// So may the lock of a guarded struct, if that field comes last.
#[guarded]
struct Tail<T: ?Sized> {
    lock: Lock,
    #[guarded(lock)]
    reads: u32,
    #[guarded(lock)]
    value: T,
}

impl<T: Display + ?Sized> Tail<T> {
    async fn show(&self) -> String {
        sync_block!(state = self.lock, {
            state.reads += 1;
            format!("{} {}", state.reads, &state.value)
        })
    }
}

#[tokio::test]
async fn unsized_fields() {
    let tails: [Box<Tail<dyn Display>>; 2] = [
        Box::new(Tail { lock: Lock::new(TailLock { reads: 0, value: 5 }) }),
        Box::new(Tail { lock: Lock::new(TailLock { reads: 1, value: "text" }) }),
    ];
    assert_eq!((tails[0].show().await, tails[1].show().await), ("1 5".into(), "2 text".into()));
}

/// Guards pass through functions that are generic over the data.
async fn pop<T, const N: usize>(lock: &Lock<T, N>) -> Option<u8>
where
    T: AsMut<Vec<u8>> + Conditions<N>,
{
    sync_block!(state = lock, { state.as_mut().pop() })
}

#[tokio::test]
async fn locks_of_generic_data() {
    let lock = Lock::new(vec![1, 2]);
    assert_eq!((pop(&lock).await, pop(&lock).await, pop(&lock).await), (Some(2), Some(1), None));
}

// === Bounds that a field needs, and has by way of another parameter ===

/// A field with a bound on its type's parameter.
#[derive(Debug, Default)]
struct Ranked<T: Ord>(Vec<T>);

#[guarded]
#[derive(Debug, Default)]
struct Best<I: Iterator<Item = T>, T>
where
    T: Ord + Clone,
{
    lock: Lock,
    #[guarded(lock)]
    best: Ranked<I::Item>,
    #[condition(lock)]
    changed: Condition,
    first: Option<T>,
}

#[tokio::test]
async fn bounds_by_way_of_another_parameter() {
    let best = Best::<std::vec::IntoIter<u8>, u8>::default();
    sync_block!(state = best.lock, {
        state.best.0.push(3);
        state.notify_all(&best.changed);
    });
    assert_eq!((best.lock.into_inner().best.0, best.first), (vec![3], None));
}

// === State that need not have a known size ===

#[guarded]
#[derive(Debug)]
struct Row<T: ?Sized> {
    #[condition(lock)]
    changed: Condition,
    #[guarded(lock)]
    length: usize,
    #[guarded(lock)]
    cells: T,
    lock: Lock,
}

#[tokio::test]
async fn state_that_need_not_have_a_known_size() {
    // Only the lock may refer to data that is to be unsized, so it has no condition yet.
    async fn count<T: ?Sized + AsRef<[u8]>>(row: &Row<T>) -> usize {
        sync_block!(state = row.lock, {
            state = state.wait_for(&row.changed, |state| !state.cells.as_ref().is_empty()).await;
            state.length += state.cells.as_ref().len();
            state.notify_one(&row.changed);
            state.length
        })
    }
    let row =
        Row { lock: Lock::new(RowLock { length: 0, cells: [0; 4] }), changed: Condition::shared() };
    assert_eq!(count(&row).await, 4);
}

// === Parameters that are not always there ===

#[guarded]
#[derive(Debug, Default)]
struct Sometimes<'a, #[cfg(any())] A, #[cfg(test)] B: Clone, const N: usize>
where
    [B; N]: Default,
{
    lock: Lock,
    #[cfg(any())]
    #[guarded(lock)]
    absent: A,
    #[cfg(test)]
    #[guarded(lock)]
    present: [B; N],
    #[condition(lock)]
    changed: Condition,
    name: &'a str,
}

#[test]
fn parameters_that_are_not_always_there() {
    let sometimes = Sometimes::<'_, u8, 3>::default();
    sometimes.lock.try_acquire().unwrap().notify_all(&sometimes.changed);
    assert_eq!((sometimes.lock.into_inner().present, sometimes.name), ([0; 3], ""));
}
