//! A block in every expression position, with locks from every kind of path.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, OnceLock};

use underlock::{Lock, sync_block};

fn lock(value: u32) -> Lock<u32> {
    Lock::new(value)
}

#[derive(Debug)]
struct Pair {
    one: u32,
    other: u32,
}

#[tokio::test]
async fn a_block_is_an_expression() {
    let (a, b) = (lock(1), lock(2));
    let pair = Pair {
        one: sync_block!(value = a, { *value }),
        other: 3 + sync_block!(value = b, { *value }) * 2,
    };
    let array = [sync_block!(value = a, { *value }), pair.one, pair.other];
    let tuple = (sync_block!(value = a, { *value }), sync_block!(value = b, { *value }));
    let negated = !sync_block!(value = a, { *value == 2 });
    let converted = u64::from(sync_block!(value = a, { *value }));
    let text = sync_block!(value = a, { value.to_string() }).repeat(2);
    let element = array[sync_block!(value = b, { *value as usize })];
    let range = (0..sync_block!(value = b, { *value })).len();
    let borrowed = &sync_block!(value = b, { vec![*value] });
    assert_eq!(
        sync_block!(value = a, { *value }) + tuple.0 + tuple.1,
        4,
        "{}",
        sync_block!(value = a, { *value }),
    );
    assert!(negated && converted == 1 && element == 7 && range == 2 && *borrowed == [2]);
    assert_eq!(format!("{text}{}", sync_block!(value = a, { *value })), "111");
    assert_eq!(array.len(), 3);
}

#[tokio::test]
async fn a_block_in_conditions_and_arms() {
    let flag = Lock::new(true);
    let answer = if sync_block!(flag = flag, { *flag }) {
        match sync_block!(flag = flag, { Some(*flag) }) {
            Some(true) => sync_block!(flag = flag, { u8::from(*flag) }),
            Some(false) | None => 0,
        }
    } else {
        2
    };
    let unless = if let Some(found) = sync_block!(flag = flag, { flag.then_some(3) }) {
        found + 1
    } else {
        9
    };
    let Some(sure) = sync_block!(flag = flag, { flag.then_some(5) }) else { unreachable!() };
    assert_eq!((answer, unless, sure), (1, 4, 5));
}

/// All delimiters, commas, attributes and comments.
#[tokio::test]
async fn spellings() {
    let (a, b) = (lock(1), lock(2));
    sync_block! { value = a, { *value += 1 } }
    sync_block![value = a, { *value += 1 }];
    sync_block!(value = a, { *value += 1 });
    sync_block! {
        // A comment.
        from = a, /* and another */
        to = b, {
            *to += *from;
        }
    }
    underlock::sync_block!(_ = a, {});
    let r#try = lock(7);
    let seven = sync_block!(r#async = r#try, { *r#async });
    let within = lock(8);
    let eight = sync_block!(within = within, { *within });
    let name_with_ümläut = sync_block!(wert_ü = a, { *wert_ü });
    assert_eq!((name_with_ümläut, seven, eight, b.into_inner()), (4, 7, 8, 6));
}

#[tokio::test]
async fn inferred_values() {
    let lock = lock(3);
    let list: Vec<_> = sync_block!(value = lock, { (0..*value).collect() });
    let sum = sync_block!(value = lock, { list.iter().sum::<u32>() + *value });
    let parsed = sync_block!(value = lock, { value.to_string().parse() }).unwrap_or(0_u8);
    let maybe = match sync_block!(value = lock.now(), { Ok(*value) }) {
        Ok(value) => value,
        Err(_) => Err("taken"),
    };
    let closure = sync_block!(value = lock, {
        let value = *value;
        move |more| value + more
    });
    let nothing: () = sync_block!(_ = lock, {});
    let never: Option<u32> =
        sync_block!(value = lock, { if *value == 0 { None } else { Some(*value) } });
    assert_eq!((sum, parsed, maybe, closure(4), never), (6, 3, Ok(3), 7, Some(3)));
    assert_eq!(nothing, ());
}

static STATIC: Lock<u32> = Lock::new(1);
static LAZY: LazyLock<HashMap<&str, Lock<u32>>> =
    LazyLock::new(|| HashMap::from([("key", Lock::new(2))]));
static ONCE: OnceLock<Arc<Lock<u32>>> = OnceLock::new();

mod elsewhere {
    pub(super) static STATIC: underlock::Lock<u32> = underlock::Lock::new(1);
}

struct Wrapper(Lock<u32>);

impl Wrapper {
    fn lock<const TWICE: bool>(&self) -> &Lock<u32> {
        &self.0
    }

    async fn later(&self) -> &Lock<u32> {
        tokio::task::yield_now().await;
        &self.0
    }
}

#[tokio::test]
async fn locks_from_everywhere() {
    let wrapper = Wrapper(lock(3));
    let boxed = Box::new(lock(4));
    let list = [vec![lock(5)]];
    let cell = OnceCell::from(lock(6));
    let find = |index: usize| &list[index];
    let option = Some(&wrapper);
    let mut sum = 0;
    sync_block!(value = STATIC, { sum += *value });
    sync_block!(value = elsewhere::STATIC, { sum += *value });
    sync_block!(value = LAZY["key"], { sum += *value });
    sync_block!(value = ONCE.get_or_init(|| Arc::new(lock(7))), { sum += *value });
    sync_block!(value = wrapper.lock::<true>(), { sum += *value });
    sync_block!(value = wrapper.later().await, { sum += *value });
    sync_block!(value = boxed, { sum += *value });
    sync_block!(value = *boxed, { sum += *value });
    sync_block!(value = list[0][list.len() - 1], { sum += *value });
    sync_block!(value = find(0)[0], { sum += *value });
    sync_block!(value = cell.get().unwrap(), { sum += *value });
    sync_block!(value = option.map(|it| &it.0).unwrap(), { sum += *value });
    sync_block!(
        value = match option {
            Some(it) => &it.0,
            None => &STATIC,
        },
        { sum += *value }
    );
    sync_block!(value = <Lock<u32> as From<u32>>::from(8), { sum += *value });
    sync_block!(value = &mut lock(9), { sum += *value });
    assert_eq!(sum, 1 + 1 + 2 + 7 + 3 + 3 + 4 + 4 + 5 + 5 + 6 + 3 + 3 + 8 + 9);
}
