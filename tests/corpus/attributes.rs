//! Other attributes and derives, above, below and beside the macros.

use std::sync::Arc;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use tracing::instrument;
use underlock::{Condition, Lock, guarded, sync_block};

/// Input and output: serde derives on structs beside the guarded one.
#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Snapshot {
    job_count: usize,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last_error: Option<String>,
}

#[cfg_attr(all(), doc = "Documented by a `cfg_attr`.")]
#[allow(clippy::struct_field_names, reason = "they have something in common")]
#[guarded]
#[cfg_attr(all(), derive(Debug))]
#[cfg_attr(any(), derive(DoesNotExist))]
#[derive(Default)]
#[must_use]
#[non_exhaustive]
#[doc(alias = "queue")]
struct Jobs {
    #[doc(alias = "mutex")]
    jobs_lock: Lock,
    #[guarded(jobs_lock)]
    #[cfg(not(any()))]
    jobs: Vec<String>,
    /// Documented after the attribute.
    #[guarded(jobs_lock)]
    #[doc(hidden)]
    jobs_error: Option<String>,
    #[condition(jobs_lock)]
    #[cfg(test)]
    jobs_added: Condition,
}

impl Jobs {
    #[instrument(skip(self), fields(name = %job), ret)]
    async fn add(&self, job: &str) -> usize {
        sync_block!(state = self.jobs_lock, {
            state.jobs.push(job.to_owned());
            state.notify_one(&self.jobs_added);
            state.jobs.len()
        })
    }

    #[instrument(skip_all, err)]
    #[must_use = "what was there is gone"]
    async fn take(&self) -> Result<String, std::io::Error> {
        sync_block!(state = self.jobs_lock, {
            state.jobs.pop().ok_or(std::io::ErrorKind::NotFound)
        })
        .map_err(Into::into)
    }

    #[deprecated = "to see that nothing is said twice"]
    async fn snapshot(&self) -> Snapshot {
        sync_block!(state = self.jobs_lock, {
            Snapshot { job_count: state.jobs.len(), last_error: state.jobs_error.clone() }
        })
    }
}

#[tokio::test]
async fn attributes_on_structs_and_methods() {
    let jobs = Jobs::default();
    assert_eq!(jobs.add("first").await, 1);
    #[expect(deprecated, reason = "it is, for the test's sake")]
    let snapshot = jobs.snapshot().await;
    let text = serde_json::to_string(&snapshot).unwrap();
    assert_eq!(text, r#"{"jobCount":1}"#);
    assert_eq!(serde_json::from_str::<Snapshot>(&text).unwrap(), snapshot);
    assert_eq!(jobs.take().await.unwrap(), "first");
    assert!(jobs.take().await.is_err());
}

/// A trait that can be an object, by a macro that rewrites its methods.
#[async_trait]
trait Queue: Send + Sync {
    async fn push(&self, item: u32);
    async fn pop(&self) -> Option<u32>;

    async fn push_all(&self, items: &[u32])
    where
        Self: Sized,
    {
        for item in items {
            self.push(*item).await;
        }
    }
}

#[guarded]
#[derive(Debug, Default)]
struct Stack {
    lock: Lock,
    #[guarded(lock)]
    items: Vec<u32>,
}

#[async_trait]
impl Queue for Stack {
    async fn push(&self, item: u32) {
        sync_block!(state = self.lock, { state.items.push(item) });
    }

    async fn pop(&self) -> Option<u32> {
        sync_block!(state = self.lock, {
            let item = state.items.pop()?;
            Some(item + 1)
        })
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn methods_that_another_macro_rewrites() {
    let stack = Stack::default();
    stack.push_all(&[1, 2]).await;
    let queue: Arc<dyn Queue> = Arc::new(stack);
    let task = tokio::spawn({
        let queue = Arc::clone(&queue);
        async move { queue.pop().await }
    });
    assert_eq!(task.await.unwrap(), Some(3));
    assert_eq!((queue.pop().await, queue.pop().await), (Some(2), None));
}

/// `tokio::main` is a macro around a function, too.
#[tokio::main(flavor = "current_thread")]
async fn main_of_tokio(lock: &Lock<u32>) -> u32 {
    sync_block!(value = lock, {
        *value += 1;
        *value
    })
}

#[test]
fn a_main_function() {
    assert_eq!(main_of_tokio(&Lock::new(1)), 2);
}

#[tokio::test(start_paused = true)]
async fn a_block_in_paused_time() {
    let lock = Lock::new(1);
    let guard = lock.acquire().await;
    let late = sync_block!(_ = lock.within(std::time::Duration::from_secs(100)), { false })
        .unwrap_or(true);
    assert!(late && *guard == 1);
}

/// Statements and expressions may have attributes of their own.
#[tokio::test]
async fn attributes_on_blocks() {
    let lock = Lock::new(1);
    #[allow(clippy::no_effect_underscore_binding, reason = "there is nothing to see")]
    let value = sync_block!(
        value = lock,
        {
            #![allow(clippy::let_and_return, reason = "attributes may stand inside, too")]
            #[cfg(any())]
            does_not_exist();
            let copy = *value;
            copy
        }
    );
    #[cfg(any())]
    sync_block!(value = does_not_exist, {});
    #[rustfmt::skip]
    sync_block!(other=lock,{*other+=value});
    assert_eq!(lock.into_inner(), 2);
}

#[deprecated = "to see that its use is allowed where it is said to be"]
#[derive(Debug, Default)]
struct Old;

#[guarded]
#[derive(Debug, Default)]
struct Lenient {
    lock: Lock,
    #[guarded(lock)]
    #[allow(clippy::zero_sized_map_values, reason = "the field alone is to be lenient")]
    seen: std::collections::HashMap<u8, ()>,
    #[guarded(lock)]
    #[expect(clippy::option_option, reason = "the field alone is to be lenient")]
    answer: Option<Option<u8>>,
    #[guarded(lock)]
    #[expect(deprecated, reason = "the field alone is to be lenient")]
    old: Old,
}

#[tokio::test]
async fn what_a_field_allows_is_allowed() {
    let lenient = Lenient::default();
    sync_block!(state = lenient.lock, {
        state.seen.insert(3, ());
        state.answer = Some(None);
        let _: &_ = &state.old;
    });
    assert_eq!(lenient.lock.into_inner().answer, Some(None));
}

// === Deprecated ===

/// Uses are warned about, generated code is not.
#[guarded]
#[derive(Debug, Default)]
#[deprecated(note = "what is generated uses it all the same")]
struct Former {
    lock: Lock,
    #[guarded(lock)]
    value: u32,
    #[guarded(lock)]
    next: Option<Arc<Self>>,
    #[condition(lock)]
    changed: Condition,
}

#[guarded]
#[derive(Debug, Default)]
struct Renewed {
    #[deprecated]
    former: Lock,
    #[guarded(former)]
    value: u32,
    #[deprecated]
    #[condition(former)]
    changed: Condition,
    current: Lock,
    #[deprecated]
    #[guarded(current)]
    other: u32,
}

#[test]
#[allow(deprecated, reason = "the structs of this test are, to see that they can be")]
fn deprecated_structs_and_fields() {
    let former = Former::default();
    former.lock.try_acquire().unwrap().notify_all(&former.changed);
    let renewed = Renewed::default();
    renewed.former.try_acquire().unwrap().notify_all(&renewed.changed);
    let FormerLock { value, next } = former.lock.into_inner();
    assert!(next.is_none());
    assert_eq!(value + renewed.former.into_inner().value + renewed.current.into_inner().other, 0);
}
