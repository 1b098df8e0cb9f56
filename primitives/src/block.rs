//! `sync_block!`: its documentation, and the way to its expansion.

/// Runs a block with a lock held, as Python's `async with` does.
///
/// ```
/// use std::time::Duration;
/// use underlock::{Busy, Elapsed, Lock, sync_block};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let (lock, other) = (Lock::new(1), Lock::new(2));
///
/// // The guard is bound mutably, and released at the end. The block's value is the macro's.
/// let sum = sync_block!(value = lock, {
///     *value += 1;
///     *value
/// });
///
/// // Several locks: part of no deadlock, whatever others nest.
/// sync_block!(from = lock, to = other, {
///     *to += *from;
///     *from = 0;
/// });
///
/// // Only if the lock is free; only if it is so within a limit. The value is a `Result` then.
/// let now: Result<i32, Busy> = sync_block!(value = lock.now(), { *value });
/// let soon: Result<i32, Elapsed> =
///     sync_block!(value = other.within(Duration::from_secs(1)), { *value });
/// # assert_eq!((sum, now, soon), (2, Ok(0), Ok(4)));
/// # }
/// ```
///
/// # What is entered
///
/// `sync_block!(NAME = HEAD, …, { … })` or `sync_block!(NAME = HEAD, …, async { … })`. A head is an
/// expression that leads to a [`Lock`](crate::Lock), a [`Condition`](crate::Condition) with a lock
/// of its own, a [`Semaphore`](crate::Semaphore), a
/// [`BoundedSemaphore`](crate::BoundedSemaphore), a [`Barrier`](crate::Barrier), or a type of your
/// own that implements [`Enter`](crate::Enter); a reference, a `Box`, an `Rc` or an `Arc` of one
/// does as well. What the head borrows from lives as long as the block. `_` in the place of the name
/// holds the lock and binds nothing.
///
/// The block runs in place: `?`, `return`, `break` and `continue` work as in any block, those in
/// `async { … }` too, and the locks are released however it is left.
///
/// # Blocks that may not run
///
/// If the last head ends in `.now()` or `.within(limit)`, the block's value is wrapped in a
/// `Result`, whose error is [`Busy`](crate::Busy) or [`Elapsed`](crate::Elapsed). The limit holds
/// for all heads: all are entered, or none. The macro goes by the name of the method, so it stands
/// in the head itself and not in a variable. `within` needs the feature `tokio`.
///
/// # Awaiting in the block
///
/// Holding a lock across an await blocks everyone who needs it. So a block may await nothing but
/// what its own guard is given to:
///
/// - the guard's waits, `state = state.wait(…).await` and the like, which release the lock meanwhile;
/// - a helper that takes the guard and gives it back, `state = helper(state).await`. What that does
///   with the lock is its own affair.
///
/// Once the guard is dropped or released the lock is not held, and anything may be awaited. A block may
/// enter a further lock by another `sync_block!`, and what stands in async blocks and closures inside is
/// free.
///
/// This is seen by what is written in the block: each `.await`, between the delimiters of a macro too,
/// and the macros of tokio and futures that await (`tokio::join!`, `futures::pending!`), if they are
/// called by their path. It is not seen where a macro of another crate or your own awaits in its
/// definition, or one of these is called by its name alone, such as a `join!` that was imported: it might
/// be another.
///
/// Where the lock has to be held all the same, `async` in front of the block says so:
///
/// ```
/// # use underlock::{Lock, sync_block};
/// # async fn fetch() -> u32 { 7 }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// # let lock = Lock::new(1);
/// sync_block!(value = lock, async {
///     *value = fetch().await;
/// });
/// # }
/// ```
///
/// # Several locks
///
/// A block of several queues for all its locks at once, and holds them in one order, whatever order
/// they are named in: one that is granted out of order is passed on, to be acquired in turn. What it
/// holds while it waits for a further lock it keeps for a bounded number of its own polls, and then
/// passes on too. So, entered with nothing held, it is part of no deadlock, whatever others nest. Inside
/// another block the outer lock counts as ever. It waits by none of its guards, since the others would
/// be held meanwhile, and a barrier stands in no such block.
///
/// # The same lock twice
///
/// A block that names one lock twice, or enters a lock again inside, would deadlock. Where the
/// expressions are the same, that is a compile error.
///
/// # Panics
///
/// If two heads of one block turn out to lead to the same lock.
///
/// # Cancel safety
///
/// A block that is dropped while it waits to be entered leaves the queues, and passes its grants on.
/// One that is dropped while it runs releases its locks.
#[macro_export]
macro_rules! sync_block {
    ($($input:tt)*) => {
        $crate::__private::sync_block! { $crate { $($input)* } }
    };
}
