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
    /// It guards `read`.
    pub(super) read_lock: underlock::Lock<PairReadLock<'a, A>>,
    /// It guards `written` and `borrowed`.
    write_lock: Lock<PairWriteLock<'guard, B, N>>,
    own: Lock<u32>,
}
/// What `read_lock` of `Pair` guards: `read`.
///
/// The lock owns it, and whoever holds the lock has it by the guard: `sync_block!(state = self.read_lock, { … })`.
pub(crate) struct PairReadLock<'a, A: Clone>
where
    A: Send,
{
    /// By reference.
    read: &'a A,
}
/// The guard of `read_lock` of `Pair`: who has it holds the lock.
pub(crate) type PairReadLockGuard<'guard, 'a, A> = ::underlock::__private::Guard<
    'guard,
    PairReadLock<'a, A>,
>;
/// What `write_lock` of `Pair` guards: `written` and `borrowed`.
///
/// The lock owns it, and whoever holds the lock has it by the guard: `sync_block!(state = self.write_lock, { … })`.
pub(crate) struct PairWriteLock<'guard, B, const N: usize = 3>
where
    B: Iterator,
{
    pub written: Peekable<B>,
    borrowed: &'guard [u8; N],
}
/// The guard of `write_lock` of `Pair`: who has it holds the lock.
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
        read: ::underlock::__private::LockNotHeld<&'a A, locks_of_Pair::read_lock>,
        pub written: ::underlock::__private::LockNotHeld<
            Peekable<B>,
            locks_of_Pair::write_lock,
        >,
        borrowed: ::underlock::__private::LockNotHeld<
            &'guard [u8; N],
            locks_of_Pair::write_lock,
        >,
    }
    mod locks_of_Pair {
        pub struct read_lock;
        pub struct write_lock;
    }
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
            let _: &::underlock::__private::Lock<PairReadLock<'a, A>> = &self.read_lock;
            let _: &::underlock::__private::Lock<PairWriteLock<'guard, B, N>> = &self
                .write_lock;
            &PairUnguarded {
                read: ::underlock::__private::LockNotHeld::MARKER,
                written: ::underlock::__private::LockNotHeld::MARKER,
                borrowed: ::underlock::__private::LockNotHeld::MARKER,
            }
        }
    }
};
