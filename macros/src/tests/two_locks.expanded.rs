pub(crate) struct Pair<
    'a,
    'guard: 'a,
    A: Into<B> + Clone,
    B = Vec<A>,
    const N: usize = 3,
>
where
    B: Iterator<Item = A>,
    A: PartialEq<B> + Send,
{
    /// What is read.
    ///
    /// Guards `read`.
    pub(super) read_lock: underlock::Lock<PairReadLock<'a, A>>,
    /// Guards `written` and `borrowed`.
    write_lock: Lock<PairWriteLock<'guard, B, N>>,
    own: Lock<u32>,
}
/// State of `Pair::read_lock`: `read`.
///
/// Owned by the lock, and reached through its guard, `PairReadLockGuard`.
pub(crate) struct PairReadLock<'a, A: Clone>
where
    A: Send,
{
    /// By reference.
    read: &'a A,
}
#[automatically_derived]
#[doc(hidden)]
impl<'a, A: Clone> ::underlock::__private::MethodsOfTheGuard for PairReadLock<'a, A>
where
    A: Send,
{}
/// Guard of `Pair::read_lock`.
pub(crate) type PairReadLockGuard<'guard, 'a, A> = ::underlock::__private::Guard<
    'guard,
    PairReadLock<'a, A>,
>;
/// State of `Pair::write_lock`: `written` and `borrowed`.
///
/// Owned by the lock, and reached through its guard, `PairWriteLockGuard`.
pub(crate) struct PairWriteLock<'guard, B, const N: usize = 3>
where
    B: Iterator,
{
    pub written: Peekable<B>,
    borrowed: &'guard [u8; N],
}
#[automatically_derived]
#[doc(hidden)]
impl<'guard, B, const N: usize> ::underlock::__private::MethodsOfTheGuard
for PairWriteLock<'guard, B, N>
where
    B: Iterator,
{}
/// Guard of `Pair::write_lock`.
pub(crate) type PairWriteLockGuard<'guard_, 'guard, B, const N: usize = 3> = ::underlock::__private::Guard<
    'guard_,
    PairWriteLock<'guard, B, N>,
>;
const _: () = {
    #[doc(hidden)]
    pub(crate) struct PairUnguarded<
        'a,
        'guard: 'a,
        A: Into<B> + Clone,
        B = Vec<A>,
        const N: usize = 3,
    >
    where
        B: Iterator<Item = A>,
        A: PartialEq<B> + Send,
    {
        read: ::underlock::__private::LockNotHeld<&'a A, read_lock_of_Pair>,
        pub written: ::underlock::__private::LockNotHeld<
            Peekable<B>,
            write_lock_of_Pair,
        >,
        borrowed: ::underlock::__private::LockNotHeld<
            &'guard [u8; N],
            write_lock_of_Pair,
        >,
    }
    pub struct read_lock_of_Pair;
    pub struct write_lock_of_Pair;
    #[automatically_derived]
    #[doc(hidden)]
    impl<
        'a,
        'guard: 'a,
        A: Into<B> + Clone,
        B,
        const N: usize,
    > ::underlock::__private::core::ops::Deref for Pair<'a, 'guard, A, B, N>
    where
        B: Iterator<Item = A>,
        A: PartialEq<B> + Send,
    {
        type Target = PairUnguarded<'a, 'guard, A, B, N>;
        fn deref(&self) -> &Self::Target {
            use ::underlock::__private::MethodsOfTheGuard as _;
            {
                ::underlock::__private::is_lock(&self.read_lock);
                ::underlock::__private::not_hidden(&<PairReadLock<'a, A>>::release);
                ::underlock::__private::not_hidden(&<PairReadLock<'a, A>>::wait);
                ::underlock::__private::not_hidden(&<PairReadLock<'a, A>>::wait_for);
                ::underlock::__private::not_hidden(
                    &<PairReadLock<'a, A>>::wait_for_some,
                );
                ::underlock::__private::not_hidden(&<PairReadLock<'a, A>>::wait_until);
                ::underlock::__private::not_hidden(&<PairReadLock<'a, A>>::notify);
                ::underlock::__private::not_hidden(&<PairReadLock<'a, A>>::notify_one);
                ::underlock::__private::not_hidden(&<PairReadLock<'a, A>>::notify_all);
            }
            {
                ::underlock::__private::is_lock(&self.write_lock);
                ::underlock::__private::not_hidden(
                    &<PairWriteLock<'guard, B, N>>::release,
                );
                ::underlock::__private::not_hidden(&<PairWriteLock<'guard, B, N>>::wait);
                ::underlock::__private::not_hidden(
                    &<PairWriteLock<'guard, B, N>>::wait_for,
                );
                ::underlock::__private::not_hidden(
                    &<PairWriteLock<'guard, B, N>>::wait_for_some,
                );
                ::underlock::__private::not_hidden(
                    &<PairWriteLock<'guard, B, N>>::wait_until,
                );
                ::underlock::__private::not_hidden(
                    &<PairWriteLock<'guard, B, N>>::notify,
                );
                ::underlock::__private::not_hidden(
                    &<PairWriteLock<'guard, B, N>>::notify_one,
                );
                ::underlock::__private::not_hidden(
                    &<PairWriteLock<'guard, B, N>>::notify_all,
                );
            }
            &PairUnguarded {
                read: ::underlock::__private::LockNotHeld::MARKER,
                written: ::underlock::__private::LockNotHeld::MARKER,
                borrowed: ::underlock::__private::LockNotHeld::MARKER,
            }
        }
    }
};
