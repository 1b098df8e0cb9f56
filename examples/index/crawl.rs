//! The tasks that make an index: one walks, many read and count, one of those merges.
//!
//! Ctrl-C is an [`Event`] that both kinds of task wait for beside their work. When it comes first,
//! the work is cancelled at whatever it awaits, which leaves locks, queue, permits and counts
//! consistent, and the task finishes with what it has.

use std::panic;
use std::path::PathBuf;
use std::sync::Arc;

use indicatif::ProgressBar;
use tokio::task::{JoinSet, yield_now};
use underlock::{Barrier, BoundedSemaphore, Event};

use super::blocking;
use super::counts::Counts;
use super::files::{self, Found, Reason, Skipped, Tree};
use super::index::{Index, Totals};
use super::queue::Queue;
use super::words::slices;

/// The capacity of the queue of files to read.
const QUEUED: usize = 1024;
/// How many directory entries are read at a time, off the runtime's threads.
const BATCH: usize = 256;
/// How many bytes are counted without a yield: a fraction of a millisecond's work.
const SLICE: usize = 64 * 1024;

pub(crate) struct Limits {
    pub(crate) workers: usize,
    pub(crate) open_files: usize,
}

/// What the tasks share.
#[derive(Debug)]
struct Crawl {
    queue: Queue<PathBuf>,
    index: Index,
    open_files: Arc<BoundedSemaphore>,
    all_read: Barrier,
    stop: Arc<Event>,
    progress: ProgressBar,
}

/// Indexes `tree`, or as much of it as can be done until `stop` is set.
pub(crate) async fn index(
    tree: &Tree,
    limits: &Limits,
    stop: Arc<Event>,
    progress: ProgressBar,
) -> Totals {
    let crawl = Arc::new(Crawl {
        queue: Queue::new(QUEUED),
        index: Index::new(),
        open_files: Arc::new(BoundedSemaphore::new(limits.open_files)),
        all_read: Barrier::new(limits.workers),
        stop,
        progress,
    });
    let mut tasks = JoinSet::new();
    tasks.spawn(Arc::clone(&crawl).walk(tree.clone()));
    for _ in 0..limits.workers {
        tasks.spawn(Arc::clone(&crawl).work());
    }
    while let Some(ended) = tasks.join_next().await {
        if let Err(error) = ended {
            // The others may be waiting for this one: they end with the set of tasks.
            panic::resume_unwind(error.into_panic());
        }
    }
    crawl.index.take_totals().await
}

impl Crawl {
    /// The task that finds files.
    async fn walk(self: Arc<Self>, tree: Tree) {
        tokio::select! {
            biased;
            () = self.stop.wait() => {}
            () = self.find_files(&tree) => {}
        }
        self.queue.close().await;
    }

    async fn find_files(&self, tree: &Tree) {
        let mut entries = tree.walk();
        loop {
            let batch: Vec<Found>;
            (batch, entries) = blocking(move || {
                let batch = entries.by_ref().take(BATCH).collect();
                (batch, entries)
            })
            .await;
            if batch.is_empty() {
                return;
            }
            for found in batch {
                match found {
                    Found::File(path) => {
                        self.progress.inc_length(1);
                        if self.queue.push(path).await.is_err() {
                            return;
                        }
                    }
                    Found::Directory => {}
                    Found::Link => self.index.pass_over_link().await,
                    Found::Skipped(skipped) => self.index.skip(skipped).await,
                }
            }
        }
    }

    /// The tasks that read.
    async fn work(self: Arc<Self>) {
        let mut counts = Counts::default();
        tokio::select! {
            biased;
            () = self.stop.wait() => {}
            () = self.count_files(&mut counts) => {}
        }
        self.index.submit(counts).await;

        let position = self.all_read.wait().await.expect("this barrier is never broken");
        // All workers have submitted their counts.
        if position.is_leader() {
            self.index.merge().await;
        }
    }

    async fn count_files(&self, counts: &mut Counts) {
        while let Some(path) = self.queue.pop().await {
            match self.read(path.clone()).await {
                Ok(text) => count(&text, counts).await,
                Err(reason) => self.index.skip(Skipped { path, reason }).await,
            }
            self.progress.inc(1);
        }
    }

    async fn read(&self, path: PathBuf) -> Result<String, Reason> {
        let permit = Arc::clone(&self.open_files).acquire_owned().await;
        blocking(move || {
            // The permit is held as long as the file is open: this closure runs to its end even if
            // the task that awaits it is cancelled.
            let text = files::read_text(&path);
            permit.release();
            text
        })
        .await
    }
}

/// Counts a text, or nothing if cancelled.
async fn count(text: &str, counts: &mut Counts) {
    if text.len() <= SLICE {
        counts.add_words(text);
    } else {
        // Other tasks run in between, and Ctrl-C may.
        let mut own = Counts::default();
        for slice in slices(text, SLICE) {
            own.add_words(slice);
            yield_now().await;
        }
        counts.absorb(own);
    }
    counts.files += 1;
    counts.bytes += text.len() as u64;
}
