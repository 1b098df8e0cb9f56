//! `sync_block!`: the grammar, what a block may do, and how it ends.

use std::future::{Ready, ready};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::MutexGuard;
use underlock::{
    Barrier, BoundedSemaphore, Busy, Condition, Elapsed, Enter, Lock, Semaphore, TryEnter, guarded,
    sync_block,
};

use crate::support::at_once;

#[guarded]
#[derive(Debug, Default)]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    sum: i64,
    #[guarded(lock)]
    history: Vec<i64>,
    #[condition(lock)]
    changed: Condition,
}

impl Account {
    fn of(sum: i64) -> Self {
        Account {
            lock: Lock::new(AccountLock { sum, history: Vec::new() }),
            changed: Condition::shared(),
        }
    }
}

/// No test takes as long as this, unless it hangs.
const LONG: Duration = Duration::from_secs(90);

async fn steps(count: usize) {
    for _ in 0..count {
        tokio::task::yield_now().await;
    }
}

// === One lock ===

#[tokio::test]
async fn the_lock_is_held_in_the_block_and_no_longer() {
    let lock = Lock::new(1);
    let value = sync_block!(value = lock, {
        assert!(lock.is_locked());
        *value += 1;
        *value
    });
    assert_eq!(value, 2);
    assert!(!lock.is_locked());
    sync_block!(_ = lock, { assert!(lock.is_locked()) });
    assert!(!lock.is_locked());
    sync_block!(_unused = lock, {});
    sync_block!(unused = lock, {});
}

#[tokio::test]
async fn heads_are_arbitrary_expressions() {
    static STATIC: Lock<u32> = Lock::new(1);

    fn lock_of(locks: &[Arc<Lock<u32>>], index: usize) -> Option<Arc<Lock<u32>>> {
        locks.get(index).cloned()
    }

    async fn owned(locks: &[Arc<Lock<u32>>]) -> Option<u32> {
        sync_block!(value = lock_of(locks, 0)?, {
            *value += 1;
        });
        sync_block!(value = lock_of(locks, 9)?, { Some(*value) })
    }

    let shared = Arc::new(Lock::new(2));
    let locks = [Arc::clone(&shared)];
    let reference = &&shared;
    let nested = (((), Lock::new(0)),);
    let index = 0;

    sync_block!(value = STATIC, { *value += 1 });
    sync_block!(value = self::only::STATIC, { *value += 1 });
    sync_block!(value = shared, { *value += 1 });
    sync_block!(value = reference, { *value += 1 });
    sync_block!(value = &&shared, { *value += 1 });
    sync_block!(value = *shared, { *value += 1 });
    sync_block!(value = (shared), { *value += 1 });
    sync_block!(value = locks[index], { *value += 1 });
    sync_block!(value = lock_of(&locks, 0).unwrap(), { *value += 1 });
    sync_block!(
        value = {
            assert_eq!(index, 0);
            &shared
        },
        { *value += 1 }
    );
    sync_block!(value = if index == 0 { &locks[0] } else { reference }, { *value += 1 });
    sync_block!(value = nested.0.1, { *value += 1 });
    assert_eq!(owned(&locks).await, None);
    assert_eq!(*shared.acquire().await, 12);
    assert_eq!(*STATIC.acquire().await, 2);
}

mod only {
    use underlock::Lock;

    pub(super) static STATIC: Lock<u32> = Lock::new(1);
}

#[tokio::test]
async fn all_primitives_can_be_entered() {
    let semaphore = Semaphore::new(2);
    sync_block!(_permit = semaphore, {
        assert_eq!(semaphore.available_permits(), 1);
        // Entered again, which would be an error for a lock.
        sync_block!(_permit = semaphore, { assert_eq!(semaphore.available_permits(), 0) });
    });
    assert_eq!(semaphore.available_permits(), 2);

    let bounded = BoundedSemaphore::new(1);
    sync_block!(permit = bounded, {
        permit.release();
        sync_block!(_again = bounded, { assert_eq!(bounded.available_permits(), 0) });
    });

    let condition = Condition::new(3);
    let value = sync_block!(value = condition, {
        value.notify_all();
        *value += 1;
        value = value.wait_for(|value| *value == 4).await;
        *value
    });
    assert_eq!(value, 4);

    let barrier = Barrier::new(2);
    let pass =
        async || sync_block!(position = barrier, { position.map(|position| position.index() + 1) });
    let (one, other) = tokio::join!(pass(), pass());
    let mut positions = [one.unwrap(), other.unwrap()];
    positions.sort_unstable();
    assert_eq!(positions, [1, 2]);
}

#[test]
fn all_primitives_can_be_tried() {
    let (semaphore, bounded) = (Semaphore::new(1), BoundedSemaphore::new(1));
    let (lock, condition) = (Lock::new(0), Condition::new(0));
    let taken = at_once(async {
        sync_block!(_a = semaphore, _b = bounded, _c = lock, _d = condition.now(), {
            [semaphore.is_locked(), bounded.is_locked(), lock.is_locked(), condition.is_locked()]
        })
    });
    assert_eq!(taken, Ok([true; 4]));
}

struct Journal(tokio::sync::Mutex<Vec<u32>>);

impl Enter for Journal {
    type Entered<'a> = MutexGuard<'a, Vec<u32>>;
    type Entering<'a> = Pin<Box<dyn Future<Output = Self::Entered<'a>> + Send + 'a>>;

    fn enter(&self) -> Self::Entering<'_> {
        Box::pin(self.0.lock())
    }
}

/// The return type of `now` for a user's own lock.
struct TryJournal<'a>(&'a Journal);

impl Journal {
    fn now(&self) -> TryJournal<'_> {
        TryJournal(self)
    }
}

impl TryEnter for TryJournal<'_> {
    type Entered<'a>
        = MutexGuard<'a, Vec<u32>>
    where
        Self: 'a;
    type Error = Busy;
    type Entering<'a>
        = Ready<Result<Self::Entered<'a>, Busy>>
    where
        Self: 'a;

    fn try_enter(&self) -> Self::Entering<'_> {
        ready(self.0.0.try_lock().map_err(|_| Busy))
    }
}

#[tokio::test]
async fn foreign_locks_can_be_entered() {
    let journal = Arc::new(Journal(tokio::sync::Mutex::default()));
    let lock = Lock::new(0);
    sync_block!(entries = journal, { entries.push(1) });
    sync_block!(entries = journal.now(), { entries.push(2) }).unwrap();
    sync_block!(count = lock, entries = journal, {
        entries.push(3);
        *count = entries.len();
    });
    assert_eq!(lock.into_inner(), 3);
}

// === How a block ends ===

async fn early(lock: &Lock<Option<u32>>, by: u32) -> Option<u32> {
    let value = sync_block!(value = lock, {
        if by > 100 {
            return Some(by);
        }
        (*value)? + by
    });
    sync_block!(value = lock, { *value = Some(value.as_ref()? + by) });
    Some(value)
}

#[tokio::test]
async fn question_marks_and_returns_leave_the_function() {
    let lock = Lock::new(Some(1));
    assert_eq!(early(&lock, 5).await, Some(6));
    assert_eq!(early(&lock, 200).await, Some(200));
    *lock.acquire().await = None;
    assert_eq!(early(&lock, 5).await, None);
    assert!(!lock.is_locked());
}

#[tokio::test]
async fn results_leave_by_the_question_mark_too() {
    async fn parse(lock: &Lock<String>) -> Result<u32, std::num::ParseIntError> {
        sync_block!(text = lock, { text.parse() })
    }
    async fn doubled(lock: &Lock<String>) -> Result<u32, Box<dyn std::error::Error>> {
        Ok(sync_block!(text = lock, { text.parse::<u32>()? * 2 }))
    }
    let lock = Lock::new(String::from("21"));
    assert_eq!(parse(&lock).await, Ok(21));
    assert_eq!(doubled(&lock).await.unwrap(), 42);
    lock.acquire().await.push('x');
    assert!(doubled(&lock).await.is_err());
    assert!(!lock.is_locked());
}

#[tokio::test]
async fn break_and_continue_leave_the_block() {
    let lock = Lock::new(0);
    let found = loop {
        sync_block!(value = lock, {
            *value += 1;
            if *value < 5 {
                continue;
            }
            break *value;
        });
    };
    assert_eq!(found, 5);

    let mut rounds = 0;
    'outer: for round in 0..3 {
        loop {
            rounds += 1;
            sync_block!(value = lock, {
                *value += round;
                if round == 0 && rounds < 3 {
                    continue;
                }
                match round {
                    0 => break,
                    1 => continue 'outer,
                    _ => break 'outer,
                }
            });
        }
    }
    assert_eq!((rounds, lock.is_locked(), lock.into_inner()), (5, false, 8));
}

#[tokio::test]
async fn a_block_in_a_loop_is_left_for_another_value() {
    let lock = Lock::new(vec![1, 2, 3]);
    let mut sum = 0;
    while let Some(item) = sync_block!(items = lock, { items.pop() }) {
        sum += item;
    }
    assert_eq!(sum, 6);
}

#[tokio::test]
async fn a_block_may_diverge() {
    #[expect(clippy::needless_return, reason = "it is the way out that is tested")]
    async fn always(lock: &Lock<u32>) -> u32 {
        sync_block!(value = lock, {
            return *value;
        })
    }
    async fn in_every_way(lock: &Lock<u32>) -> u32 {
        steps(1).await;
        sync_block!(value = lock.now(), { return *value }).unwrap()
    }
    let lock = Lock::new(4);
    assert_eq!(always(&lock).await + in_every_way(&lock).await, 8);
}

#[tokio::test]
async fn the_expected_type_reaches_into_the_block() {
    let lock = Lock::new(3_u8);
    let boxed: Vec<Box<dyn Fn() -> u8>> = sync_block!(value = lock, {
        let value = *value;
        vec![Box::new(move || value), Box::new(|| 4)]
    });
    assert_eq!(boxed.iter().map(|function| function()).sum::<u8>(), 7);
    let choice: &dyn std::fmt::Debug =
        sync_block!(value = lock, { if *value == 3 { &"three" } else { &3 } });
    assert_eq!(format!("{choice:?}"), "\"three\"");
}

#[tokio::test]
async fn temporaries_of_the_last_expression_drop_before_the_guard() {
    struct Noted<'a>(&'a Lock<u32>);
    impl Noted<'_> {
        fn one(&self) -> u32 {
            u32::from(self.0.is_locked())
        }
    }
    impl Drop for Noted<'_> {
        fn drop(&mut self) {
            assert!(self.0.is_locked(), "the guard went first");
        }
    }

    let account = Account::default();
    let lock = Lock::new(0);
    let first = sync_block!(state = account.lock, { state.history.iter().next_back().copied() });
    assert_eq!(first, None);
    assert_eq!(sync_block!(_ = lock, { Noted(&lock).one() }), 1);
    assert_eq!(sync_block!(_ = lock.now(), { Noted(&lock).one() }).unwrap_or(2), 1);
    assert_eq!(sync_block!(_ = lock, _ = account.lock, { Noted(&lock).one() }), 1);
    assert_eq!(
        sync_block!(_ = lock, async {
            steps(1).await;
            Noted(&lock).one()
        }),
        1
    );
}

#[tokio::test]
async fn a_guard_may_be_released_early_and_the_lock_taken_again() {
    let account = Account::of(3);
    sync_block!(state = account.lock, {
        state.sum += 1;
        state.release();
        assert!(!account.lock.is_locked());
        sync_block!(state = account.lock, { state.sum += 1 });
    });
    sync_block!(state = account.lock, {
        drop(state);
        sync_block!(again = account.lock, { again.sum += 1 });
    });
    assert_eq!(account.lock.into_inner().sum, 6);
}

#[tokio::test]
async fn a_dropped_block_releases_its_lock() {
    let lock = Lock::new(0);
    {
        let mut held = Box::pin(async {
            sync_block!(value = lock, async {
                *value += 1;
                std::future::pending::<()>().await;
            });
        });
        tokio::select! {
            biased;
            () = &mut held => unreachable!("it is pending"),
            () = steps(1) => {}
        }
        assert!(lock.is_locked());
    }
    assert_eq!(lock.try_acquire().map(|value| *value), Some(1));
}

// === Awaiting ===

#[tokio::test]
async fn guards_wait_in_a_plain_block() {
    let account = Arc::new(Account::default());
    let payer = Arc::clone(&account);
    let payer = tokio::spawn(async move {
        for _ in 0..10 {
            sync_block!(state = payer.lock, {
                state.sum += 1;
                state.history.push(1);
                state.notify_one(&payer.changed);
            });
            steps(1).await;
        }
    });
    let last = sync_block!(state = account.lock, {
        state = state.wait(&account.changed).await;
        state = state.wait_for(&account.changed, |s| s.sum >= 5).await;
        let entry;
        (state, entry) = state.wait_for_some(&account.changed, |s| s.history.pop()).await;
        state.sum += entry;
        let (mut state, more) = state.wait_for_some(&account.changed, |s| s.history.pop()).await;
        state.sum += more;
        state.sum
    });
    assert!(last >= 7);
    payer.await.unwrap();
    assert_eq!(account.lock.try_acquire().unwrap().sum, 12);
}

/// A helper has the lock in its own hands, and the block has it again when it gives the guard back.
#[tokio::test]
async fn helpers_wait_in_a_plain_block() {
    async fn settled<'a>(account: &Account, state: AccountLockGuard<'a>) -> AccountLockGuard<'a> {
        state.wait_for(&account.changed, |state| state.sum == 0).await
    }
    async fn last<'a>(
        account: &Account,
        state: AccountLockGuard<'a>,
    ) -> Option<(AccountLockGuard<'a>, i64)> {
        Some(state.wait_for_some(&account.changed, |state| state.history.pop()).await)
    }

    let account = Account::of(1);
    let waits = async {
        sync_block!(state = account.lock, {
            state = settled(&account, state).await;
            assert!(account.lock.is_locked());
            let entry;
            (state, entry) = last(&account, state).await?;
            state.sum += entry;
            state = tokio::time::timeout(LONG, settled(&account, state)).await.ok()?;
            Some(state.history.len())
        })
    };
    let pays = async {
        for payment in [-1, 5, -4] {
            steps(3).await;
            sync_block!(state = account.lock, {
                state.sum += payment;
                state.history.push(payment);
                state.notify_all(&account.changed);
            });
        }
    };
    let (left, ()) = tokio::join!(waits, pays);
    assert_eq!((left, account.lock.into_inner().sum), (Some(2), 0));
}

#[tokio::test]
async fn a_plain_block_awaits_once_its_lock_is_released() {
    let account = Account::of(1);
    let sum = sync_block!(state = account.lock, {
        let sum = state.sum;
        state.release();
        steps(1).await;
        assert!(!account.lock.is_locked());
        sum + account.lock.acquire().await.sum
    });
    assert_eq!(sum, 2);
}

/// Their names are those of macros that await.
#[tokio::test]
async fn macros_that_await_nothing_are_called_in_a_plain_block() {
    macro_rules! join {
        ($($text:expr),*) => { [$($text),*].join(", ") };
    }
    macro_rules! select {
        (recv($from:expr) -> $item:ident => $then:expr, default => $otherwise:expr) => {
            if let Some($item) = $from { $then } else { $otherwise }
        };
    }

    let account = Account::of(1);
    let joined = sync_block!(state = account.lock, {
        select! { recv(state.history.pop()) -> sum => state.sum = sum, default => state.sum = 7 }
        join!("sum", state.sum.to_string().as_str())
    });
    assert_eq!(joined, "sum, 7");
}

#[tokio::test]
async fn a_wait_may_end_the_block() {
    let account = Account::default();
    let wait = async {
        sync_block!(state = account.lock, {
            state = state.wait(&account.changed).await;
        });
    };
    let notify = async {
        sync_block!(state = account.lock, {
            state.notify_one(&account.changed);
        });
    };
    tokio::join!(biased; wait, notify);
    assert!(!account.lock.is_locked());
}

#[tokio::test]
async fn nested_closures_and_async_blocks_may_await() {
    let lock = Lock::new(0);
    let (later, task) = sync_block!(value = lock, {
        *value += 1;
        let later = async || {
            steps(1).await;
            2
        };
        let nested = sync_block!(_ = Lock::new(()), { 5 });
        let task = tokio::spawn(async move {
            steps(1).await;
            nested
        });
        (later, task)
    });
    assert_eq!(later().await + task.await.unwrap(), 7);
}

#[tokio::test]
async fn an_async_block_may_await() {
    let lock = Arc::new(Lock::new(0));
    sync_block!(value = lock, async {
        *value += 1;
        steps(2).await;
        assert!(lock.is_locked());
        tokio::join!(steps(1), steps(2));
        *value += 1;
    });
    sync_block!(value = lock.now(), async {
        steps(1).await;
        *value += 1
    })
    .unwrap();
    sync_block!(value = lock.within(Duration::from_secs(1)), async {
        steps(1).await;
        *value += 1;
    })
    .unwrap();
    assert_eq!(*lock.acquire().await, 4);
}

// === Several locks ===

#[tokio::test]
async fn several_locks_are_held_together() {
    let (one, other) = (Account::of(5), Account::of(7));
    let lock = Lock::new(1);
    let sum = sync_block!(one = one.lock, factor = lock, two = other.lock, {
        one.sum -= 1;
        two.sum += 1;
        (one.sum + two.sum) * *factor
    });
    assert_eq!(sum, 12);
    assert!(!one.lock.is_locked() && !other.lock.is_locked() && !lock.is_locked());
    sync_block!(_ = one.lock, _ = other.lock, {
        assert!(one.lock.is_locked() && other.lock.is_locked());
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn several_locks_in_any_order_never_deadlock() {
    let accounts: Arc<Vec<Account>> = Arc::new((0..4).map(|_| Account::of(100)).collect());
    let tasks: Vec<_> = (0..8)
        .map(|task| {
            let accounts = Arc::clone(&accounts);
            tokio::spawn(async move {
                for round in 0..400_usize {
                    let (from, to) = ((task + round) % 4, (task + round * 3 + 1) % 4);
                    if from == to {
                        continue;
                    }
                    let (a, b) = (&accounts[from], &accounts[to]);
                    match round % 3 {
                        0 => sync_block!(a = a.lock, b = b.lock, async {
                            a.sum -= 1;
                            steps(1).await;
                            b.sum += 1;
                        }),
                        1 => sync_block!(a = a.lock, b = b.lock.within(LONG), {
                            a.sum -= 1;
                            b.sum += 1;
                        })
                        .unwrap(),
                        _ => match sync_block!(a = a.lock, b = b.lock.now(), {
                            a.sum -= 1;
                            b.sum += 1;
                        }) {
                            Ok(value) => value,
                            Err(_) => {
                                steps(1).await;
                            }
                        },
                    }
                }
            })
        })
        .collect();
    let all = async {
        for task in tasks {
            task.await.unwrap();
        }
    };
    tokio::time::timeout(LONG, all).await.expect("no deadlock");
    let total: i64 = accounts.iter().map(|account| account.lock.try_acquire().unwrap().sum).sum();
    assert_eq!(total, 400);
}

#[tokio::test]
async fn one_lock_under_two_names_is_a_panic() {
    async fn transfer(from: &Account, to: &Account) {
        sync_block!(from = from.lock, to = to.lock, {
            from.sum -= 1;
            to.sum += 1;
        });
    }
    let account = Arc::new(Account::of(1));
    let same = Arc::clone(&account);
    let error = tokio::spawn(async move { transfer(&same, &same).await }).await.unwrap_err();
    let message = error.into_panic();
    let message = message.downcast_ref::<String>().cloned().unwrap_or_default();
    assert!(message.contains("same lock twice"), "{message}");
    assert!(!account.lock.is_locked());

    let same = Arc::clone(&account);
    let tried = tokio::spawn(async move {
        let reference = &same;
        sync_block!(_ = same.lock, _ = reference.lock.now(), {}).unwrap();
    });
    assert!(tried.await.is_err());
}

#[tokio::test]
async fn a_guard_of_several_may_wait_in_a_block_that_says_so() {
    let (one, two) = (Account::default(), Account::default());
    let wait = async {
        sync_block!(a = one.lock, b = two.lock, async {
            a = a.wait_for(&one.changed, |a| a.sum > 0).await;
            b.sum += a.sum;
        });
    };
    let pay = async {
        sync_block!(a = one.lock, {
            a.sum = 3;
            a.notify_all(&one.changed);
        });
    };
    tokio::join!(biased; wait, pay);
    assert_eq!(two.lock.into_inner().sum, 3);
}

// === Not waiting, or not for long ===

#[tokio::test]
async fn try_takes_all_or_none() {
    let (a, b) = (Lock::new(1), Lock::new(2));
    assert_eq!(sync_block!(a = a.now(), { *a }), Ok(1));
    assert_eq!(sync_block!(a = a, b = b.now(), { *a + *b }), Ok(3));
    let held = b.acquire().await;
    assert_eq!(sync_block!(b = b.now(), { *b }), Err(Busy));
    assert_eq!(sync_block!(a = a, b = b.now(), { *a + *b }), Err(Busy));
    assert!(!a.is_locked(), "it releases what it has acquired");
    held.release();
    assert_eq!(sync_block!(b = b.now(), { *b }), Ok(2));
}

#[tokio::test(start_paused = true)]
async fn within_gives_up_after_its_time() {
    let limit = Duration::from_secs(1);
    let (a, b) = (Arc::new(Lock::new(1)), Lock::new(2));
    assert_eq!(sync_block!(a = a.within(limit), { *a }), Ok(1));

    let held = Arc::clone(&a);
    let holder = tokio::spawn(async move {
        sync_block!(_ = held, async { tokio::time::sleep(Duration::from_secs(10)).await });
    });
    steps(1).await;
    let start = tokio::time::Instant::now();
    let got = sync_block!(b = b, a = a.within(limit), { *a + *b });
    assert!(!b.is_locked(), "it releases what it has acquired");
    assert_eq!((got, start.elapsed()), (Err(Elapsed), limit));
    // The limit is an arbitrary expression.
    let more = async || Duration::from_secs(20);
    let got = sync_block!(b = b, a = a.within(more().await), { *a + *b }).unwrap_or(0);
    assert_eq!(got, 3);
    assert_eq!(start.elapsed(), Duration::from_secs(10));
    holder.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn the_else_is_free_to_use_everything() {
    struct Own {
        lock: Lock<u32>,
    }
    impl Own {
        async fn reset(&mut self) -> u32 {
            steps(1).await;
            self.lock = Lock::new(7);
            sync_block!(value = self.lock, { *value })
        }

        async fn get(&mut self) -> u32 {
            match sync_block!(value = self.lock.now(), { *value }) {
                Ok(value) => value,
                Err(_) => self.reset().await,
            }
        }

        async fn wait(&mut self) -> u32 {
            let limit = Duration::from_millis(1);
            match sync_block!(value = self.lock.within(limit), { *value }) {
                Ok(value) => value,
                Err(_) => self.reset().await,
            }
        }
    }
    let mut own = Own { lock: Lock::new(1) };
    assert_eq!(own.get().await, 1);
    std::mem::forget(own.lock.try_acquire());
    assert_eq!(own.get().await, 7);
    std::mem::forget(own.lock.try_acquire());
    assert_eq!(own.wait().await, 7);

    let lock = Lock::new(3);
    let found = loop {
        let busy: Result<(), Busy> = sync_block!(value = lock.now(), { break *value });
        assert_eq!(busy, Err(Busy));
        steps(1).await;
    };
    assert_eq!(found, 3);
}

// === Nested ===

#[tokio::test]
async fn blocks_are_nested() {
    let (a, b) = (Lock::new(1), Arc::new(Lock::new(2)));
    let sum = sync_block!(x = a, {
        let inner = sync_block!(y = b, {
            *y += *x;
            sync_block!(_ = Semaphore::new(1), { *x += 1 });
            *y
        });
        sync_block!(y = b.now(), { *y += 1 }).unwrap();
        *x + inner
    });
    assert_eq!((sum, a.into_inner(), *b.acquire().await), (5, 2, 4));
}

#[tokio::test]
async fn the_same_path_to_another_lock_is_no_re_entry() {
    struct Chain {
        lock: Lock<u32>,
        next: Option<Box<Chain>>,
    }
    let chain = Chain { lock: Lock::new(1), next: None };
    let chain = Chain { lock: Lock::new(2), next: Some(Box::new(chain)) };
    // Rebound by a pattern.
    let node = &chain;
    let sum = sync_block!(value = node.lock, {
        let node = node.next.as_ref().unwrap();
        sync_block!(other = node.lock, { *value + *other })
    });
    assert_eq!(sum, 3);
    // Assigned.
    let mut node = &chain;
    let sum = sync_block!(value = node.lock, {
        node = node.next.as_ref().unwrap();
        sync_block!(other = node.lock, { *value + *other })
    });
    assert_eq!(sum, 3);
    // The index moves on.
    let locks = [Lock::new(1), Lock::new(2)];
    let mut index = 0;
    let sum = sync_block!(value = locks[index], {
        index += 1;
        sync_block!(other = locks[index], { *value + *other })
    });
    assert_eq!((sum, index), (3, 1));
    // Each call finds another.
    let mut free = locks.iter();
    sync_block!(a = free.next().unwrap(), b = free.next().unwrap(), { *a += *b });
    // The guard has the name of the lock.
    let lock = Lock::new(Lock::new(4));
    let inner = sync_block!(lock = lock, { sync_block!(lock = *lock, { *lock }) });
    assert_eq!(inner, 4);
    // It runs after the block.
    let lock = Arc::new(Lock::new(5));
    let later = sync_block!(value = lock, {
        *value += 1;
        async { sync_block!(value = lock, { *value }) }
    });
    assert_eq!(later.await, 6);
}

// === Futures ===

#[test]
fn blocks_of_all_kinds_can_be_sent() {
    fn is_send<T: Send>(value: T) -> T {
        value
    }
    let (a, b) = (Account::default(), Account::default());
    drop(is_send(async {
        sync_block!(state = a.lock, { state.sum += 1 });
        sync_block!(x = a.lock, y = b.lock, async {
            steps(1).await;
            x.sum += y.sum
        });
        sync_block!(x = a.lock, y = b.lock.now(), async {
            steps(1).await;
            x.sum += y.sum
        })
        .unwrap_or(());
        let limit = Duration::from_secs(1);
        if sync_block!(x = a.lock, y = b.lock.within(limit), { x.sum += y.sum }).is_err() {
            steps(1).await;
        }
    }));
}

// === The value of a block that may not run ===

/// The expected type of the macro is that of the block.
#[test]
fn values_are_coerced_inside_a_result() {
    type Step = Box<dyn Fn(u32) -> u32>;

    async fn borrowed(lock: &Lock<u32>) -> Result<Option<&dyn Fn()>, Busy> {
        sync_block!(_ = lock.now(), { Some(&|| ()) })
    }

    async fn boxed(lock: &Lock<u32>, limit: Duration) -> Result<Step, Elapsed> {
        sync_block!(value = lock.within(limit), {
            let start = *value;
            Box::new(move |step| start + step)
        })
    }

    async fn in_a_function(lock: &Lock<u32>) -> Result<u32, Box<dyn std::error::Error>> {
        let value = sync_block!(value = lock.now(), { u32::try_from(i64::from(*value))? })?;
        Ok(sync_block!(more = lock.now(), { *more + value })?)
    }

    let lock = Lock::new(2);
    at_once(async {
        assert!(borrowed(&lock).await.unwrap().is_some());
        assert_eq!(in_a_function(&lock).await.unwrap(), 4);
    });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let step = runtime.block_on(boxed(&lock, Duration::ZERO)).unwrap();
    assert_eq!(step(3), 5);
}

#[tokio::test]
async fn limits_can_be_awaited_outside_a_block() {
    let lock = Arc::new(Lock::new(1));
    let guard = lock.now().await.unwrap();
    assert_eq!(lock.now().await.map(drop), Err(Busy));
    assert_eq!(lock.within(Duration::from_millis(1)).await.map(drop), Err(Elapsed));
    drop(guard);
    assert_eq!(lock.within(Duration::ZERO).await.map(|guard| *guard), Ok(1));
    let errors: [Box<dyn std::error::Error>; 2] = [Box::new(Busy), Box::new(Elapsed)];
    assert_eq!(
        errors.map(|error| error.to_string()),
        ["not free at once", "not entered within the limit",]
    );
    assert_eq!(format!("{:?}", lock.now()), "Now { .. }");
}

/// Temporaries of the head live as long as the block.
#[test]
#[expect(clippy::await_holding_lock, reason = "the head borrows from its guard")]
fn temporaries_in_the_head_outlive_the_block() {
    struct Registry(std::sync::Mutex<Vec<Arc<Lock<u32>>>>);

    let registry = Registry(std::sync::Mutex::new(vec![Arc::new(Lock::new(5))]));
    let value = at_once(async {
        sync_block!(value = *registry.0.lock().unwrap()[0], {
            *value += 1;
            *value
        })
    });
    assert_eq!(value, 6);
    assert!(registry.0.try_lock().is_ok());
}
