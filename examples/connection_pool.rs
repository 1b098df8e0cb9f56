//! A connection pool: a semaphore bounds the number of connections, a guarded field keeps idle
//! ones, and clients wait with a time limit.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::sleep;
use underlock::{BoundedSemaphore, Elapsed, Lock, guarded, sync_block};

/// How long a client waits for a connection.
const PATIENCE: Duration = Duration::from_millis(500);

/// Stands for a connection to a server.
struct Connection {
    number: usize,
}

impl Connection {
    async fn query(&mut self, takes: Duration) -> usize {
        sleep(takes).await;
        self.number
    }
}

#[guarded]
struct Pool {
    lock: Lock,
    #[guarded(lock)]
    idle: Vec<Connection>,
    #[guarded(lock)]
    opened: usize,
    permits: BoundedSemaphore,
}

impl Pool {
    fn new(size: usize) -> Self {
        Self {
            lock: Lock::new(PoolLock { idle: Vec::new(), opened: 0 }),
            permits: BoundedSemaphore::new(size),
        }
    }

    /// Runs `work` with a connection, opened only if none is idle.
    ///
    /// If this is cancelled in the middle of `work` the permit is returned and the connection
    /// dropped, since its state is unknown: the next client opens another.
    async fn with<R>(&self, work: impl AsyncFnOnce(&mut Connection) -> R) -> Result<R, Elapsed> {
        sync_block!(_permit = self.permits.within(PATIENCE), async {
            let mut connection = sync_block!(state = self.lock, {
                state.idle.pop().unwrap_or_else(|| {
                    state.opened += 1;
                    Connection { number: state.opened }
                })
            });
            let result = work(&mut connection).await;
            sync_block!(state = self.lock, { state.idle.push(connection) });
            result
        })
    }
}

#[tokio::main]
async fn main() {
    let pool = Arc::new(Pool::new(3));

    let mut clients = JoinSet::new();
    for _ in 0..20 {
        let pool = Arc::clone(&pool);
        clients.spawn(async move {
            pool.with(async |connection| connection.query(Duration::from_millis(2)).await).await
        });
    }
    for answer in clients.join_all().await {
        assert!((1..=3).contains(&answer.expect("all are served in time")));
    }
    println!("20 clients shared {} connections", pool.lock.acquire().await.opened);

    // Three clients that never finish leave no connection for a fourth, until they are cancelled.
    let mut stuck = JoinSet::new();
    for _ in 0..3 {
        let pool = Arc::clone(&pool);
        stuck.spawn(async move { pool.with(async |_| sleep(Duration::MAX).await).await });
    }
    while !pool.permits.is_locked() {
        tokio::task::yield_now().await;
    }
    assert_eq!(pool.with(async |_| ()).await, Err(Elapsed));
    stuck.shutdown().await;

    let answer = pool.with(async |connection| connection.query(Duration::ZERO).await).await;
    assert_eq!(answer, Ok(4));
    println!("after three clients were cancelled, a new one got a new connection");
}
