//! Ways into blocks and out of them.

use std::collections::HashMap;
use std::fmt;
use std::num::ParseIntError;
use std::sync::Arc;

use underlock::{Condition, Lock, guarded, sync_block};

#[derive(Debug, PartialEq)]
enum Failure {
    Parse(ParseIntError),
    Missing(String),
    Negative(i64),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

impl std::error::Error for Failure {}

impl From<ParseIntError> for Failure {
    fn from(error: ParseIntError) -> Self {
        Failure::Parse(error)
    }
}

#[guarded]
#[derive(Debug, Default)]
struct Table {
    lock: Lock,
    #[guarded(lock)]
    rows: HashMap<&'static str, String>,
    #[guarded(lock)]
    reads: u32,
    #[condition(lock)]
    changed: Condition,
    totals: Lock,
    #[guarded(totals)]
    sum: i64,
}

impl Table {
    fn of(rows: &[(&'static str, &str)]) -> Self {
        let rows = rows.iter().map(|(name, row)| (*name, (*row).to_owned())).collect();
        Table { lock: Lock::new(TableLock { rows, reads: 0 }), ..Table::default() }
    }

    /// `?` on three kinds of failure, one of which is converted.
    async fn read(&self, name: &str) -> Result<i64, Failure> {
        sync_block!(state = self.lock, {
            state.reads += 1;
            let row = state.rows.get(name).ok_or_else(|| Failure::Missing(name.to_owned()))?;
            let number: i64 = row.trim().parse()?;
            if number < 0 {
                Err(Failure::Negative(number))?;
            }
            Ok(number)
        })
    }

    /// Early returns out of one block, and out of two.
    async fn add(&self, name: &str) -> Option<i64> {
        sync_block!(state = self.lock, {
            let Some(row) = state.rows.get(name) else {
                return Some(-2);
            };
            let Ok(number) = row.parse::<i64>() else {
                return Some(-1);
            };
            sync_block!(totals = self.totals, {
                if totals.sum > 100 {
                    return Some(totals.sum);
                }
                totals.sum += number;
            });
        });
        sync_block!(totals = self.totals, { Some(totals.sum) })
    }

    async fn dynamic(&self, name: &str) -> Result<i64, Box<dyn std::error::Error + Send + Sync>> {
        let number = self.read(name).await?;
        Ok(sync_block!(totals = self.totals, { totals.sum.checked_add(number).ok_or("overflow")? }))
    }
}

#[tokio::test]
async fn question_marks_convert() {
    let table = Table::of(&[("one", " 1"), ("bad", "x"), ("minus", "-3")]);
    assert_eq!(table.read("one").await, Ok(1));
    assert!(matches!(table.read("bad").await, Err(Failure::Parse(_))));
    assert_eq!(table.read("minus").await, Err(Failure::Negative(-3)));
    assert_eq!(table.read("two").await, Err(Failure::Missing("two".to_owned())));
    assert_eq!(table.dynamic("one").await.unwrap(), 1);
    assert!(table.dynamic("two").await.is_err() && !table.lock.is_locked());
}

#[tokio::test]
async fn returns_out_of_nested_blocks() {
    let table = Table::of(&[("one", "1"), ("many", "100"), ("bad", "x")]);
    assert_eq!((table.add("none").await, table.add("bad").await), (Some(-2), Some(-1)));
    assert_eq!((table.add("one").await, table.add("many").await), (Some(1), Some(101)));
    assert_eq!(table.add("one").await, Some(101));
    assert!(!table.lock.is_locked() && !table.totals.is_locked());
}

#[tokio::test]
async fn labels_inside_and_outside() {
    let table = Table::of(&[("a", "1"), ("b", "2"), ("c", "3")]);
    let mut rounds = 0;
    let found = 'search: loop {
        'names: for name in ["x", "c", "a"] {
            rounds += 1;
            sync_block!(state = table.lock, {
                let row = 'row: {
                    let Some(row) = state.rows.get(name) else { continue 'names };
                    if row == "3" {
                        break 'row "three";
                    }
                    row
                };
                sync_block!(totals = table.totals, {
                    totals.sum += 1;
                    if row == "1" {
                        break 'search totals.sum;
                    }
                });
            });
        }
    };
    assert_eq!((found, rounds), (2, 3));
}

#[tokio::test]
async fn matches_and_patterns() {
    let table = Table::of(&[("a", "1"), ("b", "22")]);
    let text = sync_block!(state = table.lock, {
        match (state.rows.get("a").map(String::as_str), state.reads) {
            (Some("1"), reads) if reads > 0 => "read",
            (Some(one @ "1"), 0) => one,
            (Some(_) | None, _) => "none",
        }
        .to_owned()
    });
    assert_eq!(text, "1");
    let lengths = sync_block!(state = table.lock, {
        let mut lengths = Vec::new();
        while let Some(row) = state.rows.remove(["a", "b"][lengths.len() % 2]) {
            lengths.push(row.len());
            if let [_, last] = lengths[..] {
                lengths[0] = last;
            }
        }
        lengths
    });
    assert_eq!(lengths, [2, 2]);
}

#[tokio::test]
async fn blocks_in_loops() {
    let table = Table::default();
    for number in 1.. {
        let done = sync_block!(totals = table.totals, {
            totals.sum += number;
            totals.sum >= 10
        });
        if done {
            break;
        }
    }
    while sync_block!(totals = table.totals, { totals.sum > 3 }) {
        sync_block!(totals = table.totals, { totals.sum -= 2 });
    }
    let mut numbers = vec![1, 2, 3];
    while let Some(number) = numbers.pop() {
        if number == 2 {
            continue;
        }
        sync_block!(totals = table.totals, { totals.sum *= number });
    }
    assert_eq!(table.totals.into_inner().sum, 6);
}

#[tokio::test]
async fn closures_around_blocks_and_inside() {
    async fn call<F: AsyncFnOnce(i64) -> i64>(run: F) -> i64 {
        run(4).await
    }

    let table = Arc::new(Table::default());
    let add = async |number: i64| {
        sync_block!(totals = table.totals, {
            let mut twice = |number| totals.sum += 2 * number;
            twice(number);
            totals.sum
        })
    };
    assert_eq!((add(1).await, add(2).await), (2, 6));

    let add_owned = {
        let table = Arc::clone(&table);
        move |number: i64| {
            let table = Arc::clone(&table);
            async move { sync_block!(totals = table.totals, { totals.sum += number }) }
        }
    };
    let tasks: Vec<_> = (1..=4).map(|number| tokio::spawn(add_owned(number))).collect();
    for task in tasks {
        task.await.unwrap();
    }

    let sum =
        call(async |number| sync_block!(totals = table.totals, { totals.sum * number })).await;
    assert_eq!(sum, 64);

    let sorted = sync_block!(state = table.lock, {
        state.rows.extend([("b", String::from("2")), ("a", String::from("1"))]);
        let mut rows: Vec<_> =
            state.rows.iter().map(|(name, row)| format!("{name}{row}")).collect();
        rows.sort_by_key(|row| std::cmp::Reverse(row.clone()));
        rows
    });
    assert_eq!(sorted, ["b2", "a1"]);
}

/// A guard may be given away and taken back, and a wait may stand anywhere.
#[tokio::test]
async fn waits_in_all_places() {
    async fn filled<'a>(
        state: TableLockGuard<'a>,
        changed: &Condition<TableLock, underlock::Shared<0>>,
    ) -> TableLockGuard<'a> {
        state.wait_for(changed, |state| !state.rows.is_empty()).await
    }

    let table = Table::of(&[("a", "1")]);
    let reads = sync_block!(state = table.lock, {
        state = state.wait_for(&table.changed, |state| state.reads == 0).await;
        let (mut state, row) =
            state.wait_for_some(&table.changed, |state| state.rows.remove("a")).await;
        state.rows.insert("b", row);
        if state.rows.contains_key("b") {
            state = state.wait_for(&table.changed, |state| state.rows.len() == 1).await;
        }
        for _ in 0..2 {
            state.reads += 1;
            state = match state.reads {
                1 => state.wait_for(&table.changed, |_| true).await,
                _ => state,
            };
        }
        state.reads
    });
    assert_eq!(reads, 2);
    let rows = sync_block!(state = table.lock, async {
        state = filled(state, &table.changed).await;
        state.rows.len()
    });
    assert_eq!(rows, 1);
    let same = |state| state;
    sync_block!(state = table.lock, {
        state.rows.clear();
        state = same(state);
    });
}

/// Awaits that a plain block refuses are allowed in an `async` one.
#[tokio::test]
async fn blocks_that_await() {
    let (table, other) = (Table::default(), Table::default());
    let sum = sync_block!(totals = table.totals, async {
        for _ in 0..3 {
            tokio::task::yield_now().await;
            totals.sum += 1;
        }
        let mut others = other.totals.acquire().await;
        others.sum = totals.sum;
        let (one, two) = tokio::join!(async { others.sum }, async { 2 });
        tokio::select! {
            biased;
            () = std::future::ready(()) => one + two,
            () = std::future::pending() => unreachable!("it never is"),
        }
    });
    assert_eq!(sum, 5);
}

/// A lock may be acquired again once its guard is dropped, even in its own block.
#[tokio::test]
async fn a_lock_taken_again_after_its_release() {
    let table = Table::default();
    sync_block!(totals = table.totals, async {
        totals.sum = 1;
        totals.release();
        table.totals.acquire().await.sum += 1;
        assert_eq!(table.totals.blocking_acquire().sum, 2);
    });
    let later = sync_block!(_ = table.totals, {
        // Acquired after the block.
        let later = table.totals.acquire();
        async { later.await.sum }
    });
    assert_eq!(later.await, 2);
}
