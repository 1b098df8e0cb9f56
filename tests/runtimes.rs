//! The primitives on tokio's runtimes, with real tasks and real time.

/// Futures that `select!` stops polling and that are awaited again.
mod futurelock;
/// Critical sections and wakers that panic.
mod mishaps;
/// A million random operations.
mod mix;
/// Runtimes that shut down while tasks wait, and primitives that outlive them.
mod shutdown;

use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinHandle;

/// No test takes as long as this, unless it hangs.
const TIMEOUT: Duration = Duration::from_secs(30);

/// One of each kind.
fn runtimes() -> [Runtime; 2] {
    [Builder::new_current_thread(), Builder::new_multi_thread()].map(|mut builder| {
        builder.worker_threads(2).enable_all().build().expect("the runtime starts")
    })
}

/// The task's output, unless it was aborted.
async fn finished<T>(task: JoinHandle<T>) -> Option<T> {
    match tokio::time::timeout(TIMEOUT, task).await.expect("the task hangs") {
        Ok(output) => Some(output),
        Err(error) if error.is_cancelled() => None,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}
