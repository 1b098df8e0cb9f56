//! The work queue: bounded, so that the walk never runs far ahead of the readers.

use std::collections::VecDeque;

use underlock::{Condition, Lock, guarded, sync_block};

/// A FIFO queue: `push` waits while it is full, and `pop` while it is empty.
///
/// Both are cancel-safe: an item is pushed, or popped, or neither.
#[guarded]
#[derive(Debug)]
pub(crate) struct Queue<T> {
    lock: Lock,
    #[guarded(lock)]
    items: VecDeque<T>,
    #[guarded(lock)]
    closed: bool,
    #[guarded(lock)]
    capacity: usize,
    #[condition(lock, when = |state| state.closed || !state.items.is_empty())]
    poppable: Condition,
    #[condition(lock, when = |state| state.closed || state.items.len() < state.capacity)]
    pushable: Condition,
}

impl<T> Queue<T> {
    pub(crate) fn new(capacity: usize) -> Self {
        let items = VecDeque::with_capacity(capacity);
        Self {
            lock: Lock::new(QueueLock { items, closed: false, capacity }),
            poppable: Condition::shared(),
            pushable: Condition::shared(),
        }
    }

    /// Pushes an item, or returns it if the queue is closed.
    pub(crate) async fn push(&self, item: T) -> Result<(), T> {
        sync_block!(state = self.lock.when(&self.pushable), {
            if state.closed {
                return Err(item);
            }
            state.items.push_back(item);
            Ok(())
        })
    }

    /// Pops the next item; `None` once the queue is closed and empty.
    pub(crate) async fn pop(&self) -> Option<T> {
        sync_block!(state = self.lock.when(&self.poppable), { state.items.pop_front() })
    }

    /// Refuses further items. Queued ones can still be popped.
    pub(crate) async fn close(&self) {
        sync_block!(state = self.lock, { state.closed = true });
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[tokio::test]
    async fn a_full_queue_makes_push_wait() {
        let queue = Arc::new(Queue::new(2));
        let producer = tokio::spawn({
            let queue = Arc::clone(&queue);
            async move {
                for item in 0..100 {
                    queue.push(item).await.unwrap();
                }
                queue.close().await;
            }
        });
        let mut popped = Vec::new();
        while let Some(item) = queue.pop().await {
            popped.push(item);
            assert!(queue.lock.acquire().await.items.len() <= 2);
        }
        assert_eq!(popped, (0..100).collect::<Vec<_>>());
        producer.await.unwrap();
    }

    #[tokio::test]
    async fn closing_ends_every_wait() {
        let queue = Arc::new(Queue::new(1));
        queue.push("first").await.unwrap();
        let pushing = tokio::spawn({
            let queue = Arc::clone(&queue);
            async move { queue.push("second").await }
        });
        tokio::task::yield_now().await;
        queue.close().await;
        assert_eq!(pushing.await.unwrap(), Err("second"));
        assert_eq!(queue.pop().await, Some("first"));
        assert_eq!(queue.pop().await, None);
    }
}
