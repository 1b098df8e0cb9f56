//! A struct with many fields, locks and conditions.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::error::Error;
use std::sync::Arc;

use underlock::{Barrier, Condition, Event, Lock, Semaphore, guarded, sync_block};

#[guarded]
struct Many {
    a: Lock,
    b: Lock,
    c: Lock,
    d: Lock,
    e: Lock,
    #[guarded(a)]
    first: u8,
    #[guarded(a)]
    flags: [bool; 8],
    #[guarded(a)]
    names: BTreeSet<&'static str>,
    #[guarded(a)]
    history: VecDeque<(u8, String)>,
    #[guarded(b)]
    second: u16,
    #[guarded(b)]
    by_name: BTreeMap<String, Vec<u16>>,
    #[guarded(b)]
    limit: Option<u16>,
    #[guarded(c)]
    third: u32,
    #[guarded(c)]
    letters: Vec<char>,
    #[guarded(c)]
    shown: fn(u32) -> String,
    #[guarded(c)]
    average: f64,
    #[guarded(d)]
    fourth: u64,
    #[guarded(d)]
    error: Result<(), Box<dyn Error + Send + Sync>>,
    #[guarded(d)]
    nested: Option<Box<ManyC>>,
    #[guarded(d)]
    inner: Lock<i8>,
    #[guarded(d)]
    unit: (),
    #[condition(a)]
    a_0: Condition,
    #[condition(b)]
    b_0: Condition,
    #[condition(a)]
    a_1: Condition,
    #[condition(c)]
    c_0: Condition,
    #[condition(a)]
    a_2: Condition,
    #[condition(e)]
    e_0: Condition,
    #[condition(a)]
    a_3: Condition,
    #[condition(e)]
    e_1: Condition,
    label: String,
    permits: Semaphore,
    started: Event,
    meeting: Barrier,
}

fn many() -> Many {
    Many {
        a: Lock::new(ManyA {
            first: 1,
            flags: [false; 8],
            names: BTreeSet::new(),
            history: VecDeque::new(),
        }),
        b: Lock::new(ManyB { second: 2, by_name: BTreeMap::new(), limit: None }),
        c: Lock::new(ManyC {
            third: 3,
            letters: Vec::new(),
            shown: |number| number.to_string(),
            average: 0.0,
        }),
        d: Lock::new(ManyD {
            fourth: 4,
            error: Ok(()),
            nested: None,
            inner: Lock::new(-1),
            unit: (),
        }),
        e: Lock::new(ManyE {}),
        a_0: Condition::shared(),
        b_0: Condition::shared(),
        a_1: Condition::shared(),
        c_0: Condition::shared(),
        a_2: Condition::shared(),
        e_0: Condition::shared(),
        a_3: Condition::shared(),
        e_1: Condition::shared(),
        label: String::from("many"),
        permits: Semaphore::new(2),
        started: Event::new(),
        meeting: Barrier::new(1),
    }
}

#[tokio::test]
async fn twenty_fields_five_locks_and_eight_conditions() {
    let many = Arc::new(many());
    sync_block!(in_a = many.a, in_b = many.b, in_c = many.c, in_d = many.d, in_e = many.e, {
        in_a.first += 1;
        in_b.second += u16::from(in_a.first);
        in_c.third += u32::from(in_b.second);
        in_d.fourth += u64::from(in_c.third);
        assert_eq!(in_d.fourth, 11);
        in_a.flags[3] = true;
        in_a.names.insert("a");
        in_a.history.push_back((1, many.label.clone()));
        let second = in_b.second;
        in_b.by_name.entry((in_c.shown)(in_c.third)).or_default().push(second);
        in_b.limit = in_b.limit.or(Some(5));
        in_c.letters.extend(many.label.chars());
        in_c.average = f64::from(in_c.third) / 2.0;
        in_d.error = Err("none of its own".into());
        in_d.unit = ();
        assert_eq!(in_d.nested.as_ref().map(|nested| nested.third), None);
        assert!(in_d.inner.get_mut().is_negative() && in_d.error.is_err());
        in_a.notify_all(&many.a_1);
        in_b.notify_all(&many.b_0);
        in_c.notify_all(&many.c_0);
        in_e.notify_all(&many.e_0);
    });

    // Each condition wakes only its own waiters.
    let woken = Arc::new(Lock::new(Vec::new()));
    let mut tasks = Vec::new();
    for number in 0..4 {
        let (many, woken) = (Arc::clone(&many), Arc::clone(&woken));
        tasks.push(tokio::spawn(async move {
            sync_block!(a = many.a, {
                a = match number {
                    0 => a.wait(&many.a_0).await,
                    1 => a.wait(&many.a_1).await,
                    2 => a.wait(&many.a_2).await,
                    _ => a.wait(&many.a_3).await,
                };
                a.first += 1;
            });
            woken.acquire().await.push(number);
        }));
        tokio::task::yield_now().await;
    }
    for number in [2, 0, 3, 1] {
        sync_block!(a = many.a, {
            match number {
                0 => a.notify_one(&many.a_0),
                1 => a.notify_one(&many.a_1),
                2 => a.notify_one(&many.a_2),
                _ => a.notify_one(&many.a_3),
            }
        });
        for _ in 0..5 {
            tokio::task::yield_now().await;
        }
    }
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(*woken.acquire().await, [2, 0, 3, 1]);
    sync_block!(e = many.e, { e.notify_all(&many.e_1) });
    sync_block!(_permit = many.permits, _e = many.e, { many.started.set() });
    sync_block!(_position = many.meeting, {});
    assert!(many.started.is_set());
}
