//! How a future holds its waiter: pinned, and cleaned up after.

/// Gives a future made of a `waiter` and a `rest` its projection and its drop.
///
/// `split` is how the future's own code reaches its parts; `$cancel` runs when it is dropped, with
/// the same parts. The struct can have no other `Drop`, this being one, and is not `Unpin`, since a
/// [`Waiter`](super::Waiter) is not.
macro_rules! waiting {
    ([$($generics:tt)*] $future:ty { waiter: $waiter:ty, rest: $rest:ty } $cancel:expr) => {
        impl<$($generics)*> $future {
            /// The waiter, pinned as the future is, and the rest, which is not.
            #[inline]
            fn split(
                self: core::pin::Pin<&mut Self>,
            ) -> (core::pin::Pin<&mut $waiter>, &mut $rest) {
                #[expect(unsafe_code, reason = "structural pinning, as the macro's docs say")]
                // SAFETY: nothing is moved out of the future here.
                let this = unsafe { self.get_unchecked_mut() };
                #[expect(unsafe_code, reason = "structural pinning, as the macro's docs say")]
                // SAFETY: this is the one way to the waiter of a pinned future: it is never moved
                // until it is dropped, in place, by the drop below.
                let waiter = unsafe { core::pin::Pin::new_unchecked(&mut this.waiter) };
                (waiter, &mut this.rest)
            }
        }

        impl<$($generics)*> Drop for $future {
            #[inline]
            fn drop(&mut self) {
                #[expect(unsafe_code, reason = "structural pinning, as the macro's docs say")]
                // SAFETY: a value that is being dropped is not moved any more.
                let this = unsafe { core::pin::Pin::new_unchecked(self) };
                let (waiter, rest) = this.split();
                ($cancel)(waiter, rest);
            }
        }
    };
}

pub(crate) use waiting;
