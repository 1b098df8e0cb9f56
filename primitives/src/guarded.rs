//! What `#[guarded]` expands to, and what its users see of it in messages.

use core::fmt;
use core::marker::PhantomData;

/// How many conditions share the lock that owns this: `N` of `Lock<Self, N>`.
///
/// Every type can be owned by a lock without conditions. [`#[guarded]`](crate::guarded) implements
/// this for the state of a lock that has some. It is what lets `Lock::new` find `N` by itself.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the state of a lock with {N} conditions",
    label = "a lock with conditions owns the state struct that `#[guarded]` makes",
    note = "write `Lock::new(StructLock {{ … }})` with the guarded fields of the struct, where \
            `StructLock` is the struct's name followed by the lock field's"
)]
pub trait Queues<const N: usize> {}

impl<T: ?Sized> Queues<0> for T {}

/// Stands where a guarded field would be, while its lock is not held.
///
/// A guarded field lives in its lock; `self.field` finds one of these instead, which can do
/// nothing, so that the compiler's message says what is missing: the field's type is `T`, and the
/// lock to hold is `L`. Acquire the lock and go through its guard:
///
/// ```
/// use underlock::{Lock, guarded};
///
/// #[guarded]
/// struct Account {
///     lock: Lock,
///     #[guarded(lock)]
///     balance: i64,
/// }
///
/// impl Account {
///     async fn balance(&self) -> i64 {
///         self.lock.acquire().await.balance // not `self.balance`
///     }
/// }
/// ```
pub struct LockNotHeld<T: ?Sized, L: ?Sized> {
    _field: PhantomData<fn(&T)>,
    _lock: PhantomData<fn(&L)>,
}

impl<T: ?Sized, L: ?Sized> LockNotHeld<T, L> {
    #[doc(hidden)]
    pub const MARKER: Self = Self { _field: PhantomData, _lock: PhantomData };
}

// Not `Debug`: printing a guarded field without its lock has to be an error, too. This satisfies
// the lint without making the type printable.
#[diagnostic::do_not_recommend]
impl<T: ?Sized, L: ?Sized> fmt::Debug for LockNotHeld<T, L>
where
    Self: crate::misuse::FieldsLockHeld,
{
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}
