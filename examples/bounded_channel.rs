//! A bounded channel: two declared conditions that share one lock, so that senders wait for room,
//! receivers wait for items, and neither is woken for what concerns the other. Nobody notifies.

use std::collections::VecDeque;
use std::sync::Arc;

use tokio::task::JoinSet;
use underlock::{Condition, Lock, guarded, sync_block};

#[guarded]
struct Channel<T, const CAPACITY: usize> {
    lock: Lock,
    #[guarded(lock)]
    items: VecDeque<T>,
    #[guarded(lock)]
    closed: bool,
    #[condition(lock, when = |state| state.closed || !state.items.is_empty())]
    receivable: Condition,
    #[condition(lock, when = |state| state.closed || state.items.len() < CAPACITY)]
    sendable: Condition,
}

impl<T, const CAPACITY: usize> Channel<T, CAPACITY> {
    fn new() -> Self {
        Self {
            lock: Lock::new(ChannelLock { items: VecDeque::new(), closed: false }),
            receivable: Condition::shared(),
            sendable: Condition::shared(),
        }
    }

    /// Waits for room and sends, or returns the item if the channel is closed.
    async fn send(&self, item: T) -> Result<(), T> {
        sync_block!(state = self.lock.when(&self.sendable), {
            if state.closed {
                return Err(item);
            }
            state.items.push_back(item);
            Ok(())
        })
    }

    /// Waits for an item; returns `None` once the channel is closed and empty.
    async fn receive(&self) -> Option<T> {
        sync_block!(state = self.lock.when(&self.receivable), { state.items.pop_front() })
    }

    async fn close(&self) {
        sync_block!(state = self.lock, { state.closed = true });
    }
}

#[tokio::main]
async fn main() {
    let channel = Arc::new(Channel::<u32, 4>::new());

    let mut senders = JoinSet::new();
    for first in [0, 1000, 2000, 3000] {
        let channel = Arc::clone(&channel);
        senders.spawn(async move {
            for number in first..first + 1000 {
                channel.send(number).await.expect("the channel is open");
            }
        });
    }
    let mut receivers = JoinSet::new();
    for _ in 0..3 {
        let channel = Arc::clone(&channel);
        receivers.spawn(async move {
            let mut received = Vec::new();
            while let Some(number) = channel.receive().await {
                received.push(number);
            }
            received
        });
    }

    senders.join_all().await;
    channel.close().await;
    let mut received = receivers.join_all().await.concat();
    received.sort_unstable();
    assert_eq!(received, (0..4000).collect::<Vec<_>>());
    assert_eq!(channel.send(0).await, Err(0));
    println!("4 senders, 3 receivers, room for 4: all {} numbers came once", received.len());
}
