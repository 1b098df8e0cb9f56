//! Graceful shutdown: an event tells all tasks to stop, a condition tells when the running requests
//! have ended, and a time limit bounds that wait.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{sleep, timeout};
use underlock::{Condition, Event, Lock, guarded, sync_block};

#[guarded]
#[derive(Debug)]
struct Server {
    lock: Lock,
    #[guarded(lock)]
    running: usize,
    #[guarded(lock)]
    served: usize,
    #[condition(lock)]
    ended: Condition,
    shutdown: Event,
}

impl Server {
    fn new() -> Self {
        Self {
            lock: Lock::new(ServerLock { running: 0, served: 0 }),
            ended: Condition::shared(),
            shutdown: Event::new(),
        }
    }

    /// Accepts requests until the shutdown.
    async fn accept(self: Arc<Self>) {
        loop {
            tokio::select! {
                biased;
                () = self.shutdown.wait() => return,
                // A request arrives.
                () = sleep(Duration::from_millis(1)) => {
                    sync_block!(state = self.lock, { state.running += 1 });
                    tokio::spawn(Arc::clone(&self).serve());
                }
            }
        }
    }

    async fn serve(self: Arc<Self>) {
        sleep(Duration::from_millis(30)).await;
        sync_block!(state = self.lock, {
            state.running -= 1;
            state.served += 1;
            state.notify_all(&self.ended);
        });
    }

    /// Waits until no request is running, and returns the number of all.
    async fn drained(&self) -> usize {
        sync_block!(state = self.lock, {
            state = state.wait_for(&self.ended, |state| state.running == 0).await;
            state.served
        })
    }
}

#[tokio::main]
async fn main() {
    let server = Arc::new(Server::new());
    let listeners: Vec<_> = (0..3).map(|_| tokio::spawn(Arc::clone(&server).accept())).collect();
    sleep(Duration::from_millis(50)).await;

    // Releases all waiters of the event, however many.
    server.shutdown.set();
    for listener in listeners {
        listener.await.expect("no listener panics");
    }
    let running = server.lock.acquire().await.running;
    println!("nothing is accepted any more, {running} requests are running");

    let drained = timeout(Duration::from_secs(5), server.drained());
    let total = drained.await.expect("the requests end in time");
    assert_eq!(server.lock.acquire().await.running, 0);
    assert!(total > 0 && total >= running);
    println!("all {total} requests were served");
}
