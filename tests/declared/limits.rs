//! Waits for declared conditions within a limit, with the guard in hand.

use std::task::Poll;
use std::time::Duration;

use super::{Channel, LIMIT};
use crate::support::{Polled, at_once};

impl Channel<u32> {
    /// What is there within the limit, and how the wait ended.
    fn await_item(&self) -> impl Future<Output = (Option<u32>, bool)> {
        let state = self.lock.try_acquire().expect("free");
        let wait = state.wait_until(&self.not_empty).within(LIMIT);
        async {
            let (mut state, met) = wait.await;
            (state.items.pop_front(), met)
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_wait_with_a_limit_is_met_in_time() {
    let channel = Channel::new(9);
    channel.put([1]);
    assert_eq!(at_once(channel.await_item()), (Some(1), true));
    let mut waiting = Polled::blocked(channel.await_item());
    channel.put([2]);
    assert_eq!(waiting.must_go_on(), (Some(2), true));
}

#[tokio::test(start_paused = true)]
async fn a_wait_with_a_limit_comes_back_with_the_lock() {
    let channel = Channel::new(9);
    let mut waiting = Polled::blocked(channel.await_item());
    let holder = channel.lock.try_acquire().expect("a wait releases it");
    tokio::time::advance(LIMIT * 2).await;
    waiting.must_wait(); // for the lock
    drop(holder);
    assert_eq!(waiting.must_go_on(), (None, false));
    // And after a last look.
    let mut waiting = Polled::blocked(channel.await_item());
    let mut holder = channel.lock.try_acquire().expect("a wait releases it");
    tokio::time::advance(LIMIT * 2).await;
    waiting.must_wait();
    holder.items.push_back(3);
    drop(holder);
    assert_eq!(waiting.must_go_on(), (Some(3), true));
}

#[tokio::test(start_paused = true)]
async fn a_limit_of_zero_looks_once() {
    let channel = Channel::<u32>::new(9);
    let state = channel.lock.try_acquire().expect("free");
    let (mut state, met) = at_once(state.wait_until(&channel.not_empty).within(Duration::ZERO));
    assert!(!met);
    state.items.push_back(1);
    assert!(at_once(state.wait_until(&channel.not_empty).within(Duration::ZERO)).1);
}

/// Whoever gave up is not signalled; whoever was signalled before relays.
#[tokio::test(start_paused = true)]
async fn a_signal_goes_past_one_that_has_given_up() {
    let channel = Channel::new(9);
    let mut gave_up = Polled::blocked(channel.await_item());
    tokio::time::advance(LIMIT * 2).await;
    let mut other = Polled::blocked(channel.receive());
    let holder = channel.lock.try_acquire().expect("free");
    gave_up.must_wait();
    drop(holder);
    assert_eq!(gave_up.must_go_on(), (None, false));
    channel.put([4]);
    assert_eq!(other.must_go_on(), 4);

    // Signalled, and then late: it looks, finds the item, and the next is woken for the other.
    let mut signalled = Polled::blocked(channel.await_item());
    let mut next = Polled::blocked(channel.receive());
    channel.put([5, 6]);
    tokio::time::advance(LIMIT * 2).await;
    assert_eq!(signalled.poll(), Poll::Ready((Some(5), true)));
    assert_eq!(next.must_go_on(), 6);
}

#[tokio::test(start_paused = true)]
async fn a_wait_with_a_limit_is_dropped_in_each_state() {
    let channel = Channel::new(9);
    Polled::blocked(channel.await_item()).cancel();
    let signalled = Polled::blocked(channel.await_item());
    let mut next = Polled::blocked(channel.receive());
    channel.put([7]);
    signalled.cancel();
    assert_eq!(next.must_go_on(), 7);
    let mut gave_up = Polled::blocked(channel.await_item());
    let holder = channel.lock.try_acquire().expect("free");
    tokio::time::advance(LIMIT * 2).await;
    gave_up.must_wait();
    gave_up.cancel();
    drop(holder);
    assert!(!channel.lock.is_locked());
}
