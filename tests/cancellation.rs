//! Nothing waits for ever: whatever future is dropped, in whatever state, the others go on as if
//! it had never been there, and what it had been given goes to the next in line.

/// Tasks that set futures aside, at random.
mod forgetful;
/// Locks and permits, which are had one after another.
mod in_line;
/// Semaphores against a model, over long random sequences.
mod permits;
/// Two futures of one task that wait for the same thing, one of which is not polled.
mod set_aside;
/// Tasks on real runtimes, aborted at random.
mod stress;
/// Events and barriers, where many go on at once.
mod together;
/// What such a task may not do to others.
mod turns;
/// Waits for a condition.
mod waits;
/// Wakers that panic, and wakers that use the primitive that wakes them.
mod wakers;
