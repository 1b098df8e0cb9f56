struct Traced<'a, T: ?Sized + Trace, U> {
    /// It guards `count`, `last` and `trace`.
    lock: Lock<TracedLock<'a, T, U>>,
    all: Vec<&'a T>,
}
/// What `lock` of `Traced` guards: `count`, `last` and `trace`.
///
/// The lock owns it, and whoever holds the lock has it by the guard: `sync_block!(state = self.lock, { … })`.
struct TracedLock<'a, T: ?Sized + Trace, U> {
    count: <u32 as ::underlock::__private::Mention<(&'a (), *const T)>>::Itself,
    last: U,
    #[cfg(feature = "trace")]
    trace: Vec<&'a T>,
}
/// The guard of `lock` of `Traced`: who has it holds the lock.
type TracedLockGuard<'guard, 'a, T, U> = ::underlock::__private::Guard<
    'guard,
    TracedLock<'a, T, U>,
>;
const _: () = {
    #[doc(hidden)]
    struct TracedUnguarded<'a, T: ?Sized + Trace, U> {
        count: ::underlock::__private::LockNotHeld<
            <u32 as ::underlock::__private::Mention<(&'a (), *const T)>>::Itself,
            locks_of_Traced::lock,
        >,
        last: ::underlock::__private::LockNotHeld<U, locks_of_Traced::lock>,
        #[cfg(feature = "trace")]
        trace: ::underlock::__private::LockNotHeld<Vec<&'a T>, locks_of_Traced::lock>,
    }
    mod locks_of_Traced {
        pub struct lock;
    }
    #[automatically_derived]
    #[doc(hidden)]
    impl<'a, T: ?Sized + Trace, U> ::underlock::__private::core::ops::Deref
    for Traced<'a, T, U> {
        type Target = TracedUnguarded<'a, T, U>;
        fn deref(&self) -> &Self::Target {
            let _: &::underlock::__private::Lock<TracedLock<'a, T, U>> = &self.lock;
            &TracedUnguarded {
                count: ::underlock::__private::LockNotHeld::MARKER,
                last: ::underlock::__private::LockNotHeld::MARKER,
                #[cfg(feature = "trace")]
                trace: ::underlock::__private::LockNotHeld::MARKER,
            }
        }
    }
};
