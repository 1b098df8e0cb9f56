//! How a future holds its place in line: pinned, and left in an orderly way.

/// Gives a future made of a `place` and a `rest` its projection and its drop.
///
/// `split` is how the future's own code gets at its parts; `$leave` runs when it is dropped, with
/// the same parts. The struct may have no other `Drop`, which this being one ensures, and is not
/// `Unpin`, since a [`Waiter`](super::Waiter) is not.
macro_rules! waiting {
    ([$($generics:tt)*] $future:ty { place: $place:ty, rest: $rest:ty } $leave:expr) => {
        impl<$($generics)*> $future {
            /// The place in line, pinned as the future is, and the rest, which is not.
            #[inline]
            fn split(self: core::pin::Pin<&mut Self>) -> (core::pin::Pin<&mut $place>, &mut $rest) {
                #[expect(unsafe_code, reason = "structural pinning, as the macro's docs say")]
                // SAFETY: nothing is moved out of the future here.
                let this = unsafe { self.get_unchecked_mut() };
                #[expect(unsafe_code, reason = "structural pinning, as the macro's docs say")]
                // SAFETY: this is the one way to the place of a pinned future: it is never moved
                // until it is dropped, in place, by the drop below.
                let place = unsafe { core::pin::Pin::new_unchecked(&mut this.place) };
                (place, &mut this.rest)
            }
        }

        impl<$($generics)*> Drop for $future {
            #[inline]
            fn drop(&mut self) {
                #[expect(unsafe_code, reason = "structural pinning, as the macro's docs say")]
                // SAFETY: a value that is being dropped is not moved any more.
                let this = unsafe { core::pin::Pin::new_unchecked(self) };
                let (place, rest) = this.split();
                ($leave)(place, rest);
            }
        }
    };
}

pub(crate) use waiting;
