//! Readers and writers, where readers let a writer go first that waits.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};

use tokio::task::yield_now;
use underlock::{Condition, Lock, guarded, sync_block};

trait Access: Default + Send + Sync + 'static {
    fn start_read(&self) -> impl Future<Output = ()> + Send;
    fn end_read(&self) -> impl Future<Output = ()> + Send;
    fn start_write(&self) -> impl Future<Output = ()> + Send;
    fn end_write(&self) -> impl Future<Output = ()> + Send;
}

async fn run<A: Access>() -> (u32, u32) {
    let access = Arc::new(A::default());
    let (first, second) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicU32::new(0)));
    let writers = (0..3).map(|_| {
        let (access, first, second) = (access.clone(), first.clone(), second.clone());
        async move {
            for _ in 0..50 {
                access.start_write().await;
                let version = first.fetch_add(1, SeqCst);
                yield_now().await;
                assert_eq!(second.swap(version + 1, SeqCst), version, "two write at once");
                access.end_write().await;
            }
        }
    });
    let writers = super::all(writers);
    let readers = (0..5).map(|_| {
        let (access, first, second) = (access.clone(), first.clone(), second.clone());
        async move {
            for _ in 0..50 {
                access.start_read().await;
                let version = first.load(SeqCst);
                yield_now().await;
                assert_eq!(second.load(SeqCst), version, "one writes while another reads");
                access.end_read().await;
            }
        }
    });
    tokio::join!(writers, super::all(readers));
    (first.load(SeqCst), second.load(SeqCst))
}

#[test]
fn nobody_sees_half_a_write() {
    super::both(run::<Declared>, run::<Explicit>, &(150, 150));
}

#[guarded]
#[derive(Default)]
struct Declared {
    lock: Lock,
    #[guarded(lock)]
    readers: u32,
    #[guarded(lock)]
    waiting_writers: u32,
    #[guarded(lock)]
    writing: bool,
    #[condition(lock, when = |state| !state.writing && state.waiting_writers == 0)]
    readable: Condition,
    #[condition(lock, when = |state| !state.writing && state.readers == 0)]
    writable: Condition,
}

impl Access for Declared {
    async fn start_read(&self) {
        sync_block!(state = self.lock.when(&self.readable), { state.readers += 1 });
    }

    async fn end_read(&self) {
        sync_block!(state = self.lock, { state.readers -= 1 });
    }

    async fn start_write(&self) {
        sync_block!(state = self.lock, {
            state.waiting_writers += 1;
            state = state.wait_until(&self.writable).await;
            state.waiting_writers -= 1;
            state.writing = true;
        });
    }

    async fn end_write(&self) {
        sync_block!(state = self.lock, { state.writing = false });
    }
}

// === explicit ===

#[guarded]
#[derive(Default)]
struct Explicit {
    lock: Lock,
    #[guarded(lock)]
    readers: u32,
    #[guarded(lock)]
    waiting_writers: u32,
    #[guarded(lock)]
    writing: bool,
    #[condition(lock)]
    readable: Condition,
    #[condition(lock)]
    writable: Condition,
}

impl Access for Explicit {
    async fn start_read(&self) {
        sync_block!(state = self.lock, {
            let readable = |state: &ExplicitLock| !state.writing && state.waiting_writers == 0;
            state = state.wait_for(&self.readable, readable).await;
            state.readers += 1;
        });
    }

    async fn end_read(&self) {
        sync_block!(state = self.lock, {
            state.readers -= 1;
            if state.readers == 0 {
                state.notify_one(&self.writable);
            }
        });
    }

    async fn start_write(&self) {
        sync_block!(state = self.lock, {
            state.waiting_writers += 1;
            let writable = |state: &ExplicitLock| !state.writing && state.readers == 0;
            state = state.wait_for(&self.writable, writable).await;
            state.waiting_writers -= 1;
            state.writing = true;
        });
    }

    async fn end_write(&self) {
        sync_block!(state = self.lock, {
            state.writing = false;
            if state.waiting_writers > 0 {
                state.notify_one(&self.writable);
            } else {
                state.notify_all(&self.readable);
            }
        });
    }
}
