//! Cancellation in every state: dropping a future leaves no trace, its grant passes to the next
//! waiter, and no other waiter is stranded.

/// Events and barriers, which release all their waiters broadcast.
mod broadcast;
/// Futurelocks: a task acquires again while an earlier future of its own is no longer polled.
mod futurelock;
/// Semaphores against a reference model, over long random sequences.
mod permits;
/// Locks and permits: cancellation in each queue position and state.
mod queued;
/// Random futurelocks: tasks that stop polling futures, resume them or drop them.
mod random_futurelocks;
/// Tasks on real runtimes, aborted at random.
mod stress;
/// Take-over is fair: it neither overtakes nor starves another task.
mod takeover;
/// Waits for a condition.
mod waits;
/// Wakers that panic, and wakers that re-enter the primitive that wakes them.
mod wakers;
