//! The primitives on tokio's runtimes, with real tasks, real time and real mishaps.

/// A task that is set aside by `select!` and awaited again.
mod futurelock;
/// Critical sections and wakers that panic.
mod mishaps;
/// A million random operations.
mod mix;
/// Runtimes that end while tasks wait, and primitives that live on.
mod shutdown;

use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinHandle;

/// Nothing here takes as long as this, unless it takes for ever.
const FOR_EVER: Duration = Duration::from_secs(30);

/// One of each kind.
fn runtimes() -> [Runtime; 2] {
    [Builder::new_current_thread(), Builder::new_multi_thread()]
        .map(|mut builder| builder.worker_threads(2).enable_all().build().expect("it can be had"))
}

/// What the task gives, if it was not aborted.
async fn finished<T>(task: JoinHandle<T>) -> Option<T> {
    match tokio::time::timeout(FOR_EVER, task).await.expect("the task waits for ever") {
        Ok(output) => Some(output),
        Err(error) if error.is_cancelled() => None,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}
