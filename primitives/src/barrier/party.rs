//! [`Party`]: one of a fixed number of owned shares of a barrier.

use alloc::sync::Arc;
use core::array;

use super::{Barrier, BarrierPosition, BarrierWait, BrokenBarrier};

/// One party of a [`Barrier`], made by [`Barrier::split`].
///
/// [`wait`](Self::wait) borrows the party mutably, so it can't arrive twice in a round. A party
/// that is dropped, as when its task panics, aborts the barrier: the others get
/// [`BrokenBarrier`] instead of waiting for ever. (A future of `wait` that is
/// leaked has arrived for good.)
///
/// # Examples
///
/// ```
/// use underlock::Barrier;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let [mut left, mut right] = Barrier::split();
/// let other = tokio::spawn(async move {
///     right.wait().await.unwrap();
/// }); // drops its party
/// left.wait().await.unwrap();
/// other.await.unwrap();
/// assert!(left.wait().await.is_err());
/// # }
/// ```
#[derive(Debug)]
#[must_use = "a party that is dropped breaks the barrier for the others"]
pub struct Party {
    barrier: Arc<Barrier>,
}

impl Barrier {
    /// Makes a barrier and splits it into its parties. No parties at all is a compile error:
    ///
    /// ```compile_fail,E0080
    /// let nobody = underlock::Barrier::split::<0>(); // a barrier needs at least one party
    /// ```
    ///
    /// # Examples
    ///
    /// See [`Party`].
    pub fn split<const N: usize>() -> [Party; N] {
        const { assert!(N > 0, "a barrier needs at least one party") };
        let barrier = Arc::new(Self::new(N));
        array::from_fn(|_| Party { barrier: Arc::clone(&barrier) })
    }
}

impl Party {
    /// Arrives and waits until all parties have, as [`Barrier::wait`] does.
    ///
    /// # Errors
    ///
    /// [`BrokenBarrier`] if another party was dropped.
    ///
    /// # Examples
    ///
    /// See [`Party`].
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped the party has not arrived.
    pub fn wait(&mut self) -> BarrierWait<'_> {
        self.barrier.wait()
    }

    /// Arrives and waits until all parties have, by blocking this thread, as
    /// [`Barrier::blocking_wait`] does.
    ///
    /// # Errors
    ///
    /// As for [`wait`](Self::wait).
    ///
    /// # Panics
    ///
    /// As for [`Barrier::blocking_wait`].
    ///
    /// # Examples
    ///
    /// ```
    /// let [mut left, mut right] = underlock::Barrier::split();
    /// std::thread::scope(|scope| {
    ///     scope.spawn(move || left.blocking_wait().unwrap());
    ///     right.blocking_wait().unwrap();
    /// });
    /// ```
    #[track_caller]
    pub fn blocking_wait(&mut self) -> Result<BarrierPosition, BrokenBarrier> {
        self.barrier.blocking_wait()
    }
}

impl Drop for Party {
    fn drop(&mut self) {
        self.barrier.abort();
    }
}
