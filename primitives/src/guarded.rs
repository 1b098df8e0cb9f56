//! What `#[guarded]` expands to, and what its users see of it in messages.

use core::cmp::Ordering;
use core::convert::Infallible;
use core::fmt;
use core::marker::PhantomData;
use core::ops::{self, Index};
use core::pin::Pin;
use core::task::{Context, Poll};

use crate::condition::{Condition, SharesLock};
use crate::lock::Lock;
use crate::misuse::{
    Held, HeldToDebug, IsCondition, IsLock, Itself, NeverRight, NotHidden, RightSide,
};

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
pub trait Conditions<const N: usize> {
    /// When each of them is true, where it is
    /// [declared](crate::guarded#declared-conditions): a release of the lock asks.
    const WHEN: [Option<Predicate<Self>>; N] = [None; N];
}

/// Whether a condition is true.
type Predicate<T> = fn(&T) -> bool;

impl<T: ?Sized> Conditions<0> for T {}

/// The names of a guard's methods, as constants of each state that `#[guarded]` makes.
///
/// An inherent item comes before a trait's. So where `State::release` is this constant, the state has
/// no `release` of its own that the guard's would hide.
///
/// Not for every type, and named as it is, because the compiler tells whoever calls a method that is
/// not there of traits with an item of that name.
#[doc(hidden)]
#[expect(non_upper_case_globals, reason = "they are names of methods")]
pub trait MethodsOfTheGuard {
    const release: NoMethod = NoMethod;
    const wait: NoMethod = NoMethod;
    const wait_for: NoMethod = NoMethod;
    const wait_for_some: NoMethod = NoMethod;
    const wait_until: NoMethod = NoMethod;
    const notify: NoMethod = NoMethod;
    const notify_one: NoMethod = NoMethod;
    const notify_all: NoMethod = NoMethod;
}

/// What the constants of [`MethodsOfTheGuard`] are.
#[derive(Debug)]
pub struct NoMethod;

#[diagnostic::do_not_recommend]
impl NotHidden for NoMethod {}

#[diagnostic::do_not_recommend]
impl<T: ?Sized, const N: usize> IsLock for Lock<T, N> {}

#[diagnostic::do_not_recommend]
impl<T: ?Sized, K: SharesLock> IsCondition for Condition<T, K> {}

/// Accepts a lock.
pub const fn is_lock<L: IsLock + ?Sized>(_: &L) {}

/// Accepts a condition.
pub const fn is_condition<C: IsCondition + ?Sized>(_: &C) {}

/// Accepts what is no method.
pub const fn not_hidden<M: NotHidden>(_: &M) {}

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
pub struct LockNotHeld<T: ?Sized, L> {
    _field: PhantomData<fn(&T)>,
    _lock: PhantomData<fn(&L)>,
}

impl<T: ?Sized, L> LockNotHeld<T, L> {
    #[doc(hidden)]
    pub const MARKER: Self = Self { _field: PhantomData, _lock: PhantomData };
}

// Nothing can be done with a guarded field without its lock. These impls only say so, in better
// words than the compiler has for a trait that is not implemented.
//
// None takes part in the inference of other crates. Those for a reference are looked at wherever a
// `&_: Iterator` is looked for; their bounds fail whatever is still to be inferred, and there are two
// of them, so that neither is ever taken for being the only one.

impl<T: ?Sized, L: HeldToDebug<T>> fmt::Debug for LockNotHeld<T, L> {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

#[doc(hidden)]
impl<T: ?Sized, L> fmt::Display for LockNotHeld<T, L>
where
    RightSide: Held<T, L>,
{
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

#[doc(hidden)]
impl<T: IntoIterator, L> Iterator for LockNotHeld<T, L>
where
    RightSide: Held<T, L>,
{
    type Item = T::Item;

    fn next(&mut self) -> Option<T::Item> {
        None
    }
}

#[expect(clippy::copy_iterator, reason = "it never iterates: it is what a `for` loop asks for")]
#[doc(hidden)]
impl<T: ?Sized, L> Iterator for &LockNotHeld<T, L>
where
    RightSide: Held<T, L>,
{
    type Item = <RightSide as Held<T, L>>::Output;

    fn next(&mut self) -> Option<Self::Item> {
        None
    }
}

/// The second of two: see above.
#[expect(clippy::copy_iterator, reason = "it never iterates")]
#[doc(hidden)]
impl Iterator for &Itself
where
    for<'never> &'never Itself: NeverRight,
{
    type Item = Infallible;

    fn next(&mut self) -> Option<Infallible> {
        None
    }
}

#[doc(hidden)]
impl<T: Index<I> + ?Sized, L, I> Index<I> for LockNotHeld<T, L>
where
    RightSide: Held<T, L>,
{
    type Output = T::Output;

    fn index(&self, _: I) -> &T::Output {
        unreachable!("`Held` is never implemented")
    }
}

#[doc(hidden)]
impl<T: Future, L> Future for LockNotHeld<T, L>
where
    RightSide: Held<T, L>,
{
    type Output = T::Output;

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<T::Output> {
        Poll::Pending
    }
}

#[doc(hidden)]
impl<T: ?Sized, L, R: ?Sized> PartialEq<R> for LockNotHeld<T, L>
where
    RightSide<R>: Held<T, L>,
{
    fn eq(&self, _: &R) -> bool {
        false
    }
}

#[doc(hidden)]
impl<T: ?Sized, L, R: ?Sized> PartialOrd<R> for LockNotHeld<T, L>
where
    RightSide<R>: Held<T, L>,
{
    fn partial_cmp(&self, _: &R) -> Option<Ordering> {
        None
    }
}

/// A method that a field may have, for where the compiler's own answer would lead astray: it names
/// an iterator's method, or guesses that an operator's was meant (`le` for `len`).
macro_rules! method {
    ($method:ident($($argument:ident),*)) => {
        #[doc(hidden)]
        pub fn $method<$($argument,)* R>(self $(, _: $argument)*) -> R
        where
            RightSide: Held<T, L>,
        {
            unreachable!("`Held` is never implemented")
        }
    };
}

impl<T: ?Sized, L> LockNotHeld<T, L> {
    method! { len() }
    method! { get(K) }
    method! { remove(K) }
    method! { swap_remove(K) }
    method! { remove_entry(K) }
    method! { last() }
    method! { take() }
    method! { wake() }
    method! { map(F) }
    method! { to_string() }
    method! { cmp(O) }
    method! { total_cmp(O) }
    method! { max(O) }
    method! { min(O) }
}

macro_rules! operators {
    ($($operator:ident $method:ident, $assign:ident $assign_method:ident;)*) => {$(
        #[doc(hidden)]
        impl<T: ?Sized, L, R> ops::$operator<R> for LockNotHeld<T, L>
        where
            RightSide<R>: Held<T, L>,
        {
            type Output = <RightSide<R> as Held<T, L>>::Output;

            fn $method(self, _: R) -> Self::Output {
                unreachable!("`Held` is never implemented")
            }
        }

        #[doc(hidden)]
        impl<T: ?Sized, L, R> ops::$assign<R> for LockNotHeld<T, L>
        where
            RightSide<R>: Held<T, L>,
        {
            fn $assign_method(&mut self, _: R) {}
        }
    )*};
}

operators! {
    Add add, AddAssign add_assign;
    Sub sub, SubAssign sub_assign;
    Mul mul, MulAssign mul_assign;
    Div div, DivAssign div_assign;
    Rem rem, RemAssign rem_assign;
    BitAnd bitand, BitAndAssign bitand_assign;
    BitOr bitor, BitOrAssign bitor_assign;
    BitXor bitxor, BitXorAssign bitxor_assign;
    Shl shl, ShlAssign shl_assign;
    Shr shr, ShrAssign shr_assign;
}
