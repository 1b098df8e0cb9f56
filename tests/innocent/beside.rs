//! The library is not only linked: its impls for a user's types exist, too.

use underlock::{Condition, Lock, guarded, sync_block};

#[guarded]
#[derive(Debug, Default)]
struct Numbers {
    lock: Lock,
    #[guarded(lock)]
    all: Vec<u32>,
    #[condition(lock)]
    changed: Condition,
}

#[tokio::test(flavor = "current_thread")]
async fn numbers_are_collected_and_stored() {
    let numbers = Numbers::default();
    let more = "123".chars().filter_map(|c| c.to_digit(10)).collect();
    let mut sum = 0;
    for n in &more {
        sum += n;
    }
    sync_block!(state = numbers.lock, {
        state.all = more;
        state.notify_all(&numbers.changed);
    });
    assert_eq!((sum, numbers.lock.into_inner().all.len()), (6, 3));
}
