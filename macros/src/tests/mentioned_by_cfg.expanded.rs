struct Traced<'a, T: ?Sized + Trace, U> {
    /// Guards `count`, `last` and `trace`.
    lock: Lock<TracedLock<'a, T, U>>,
    all: Vec<&'a T>,
}
/// State of `Traced::lock`: `count`, `last` and `trace`.
///
/// Owned by the lock, and reached through its guard, `TracedLockGuard`.
struct TracedLock<'a, T: ?Sized + Trace, U> {
    count: <u32 as ::underlock::__private::Mention<(&'a (), *const T)>>::Itself,
    last: U,
    #[cfg(feature = "trace")]
    trace: Vec<&'a T>,
}
#[automatically_derived]
#[doc(hidden)]
impl<'a, T: ?Sized + Trace, U> ::underlock::__private::MethodsOfTheGuard
for TracedLock<'a, T, U> {}
/// Guard of `Traced::lock`.
type TracedLockGuard<'guard, 'a, T, U> = ::underlock::__private::Guard<
    'guard,
    TracedLock<'a, T, U>,
>;
const _: () = {
    #[doc(hidden)]
    struct TracedUnguarded<'a, T: ?Sized + Trace, U> {
        count: ::underlock::__private::LockNotHeld<
            <u32 as ::underlock::__private::Mention<(&'a (), *const T)>>::Itself,
            lock_of_Traced,
        >,
        last: ::underlock::__private::LockNotHeld<U, lock_of_Traced>,
        #[cfg(feature = "trace")]
        trace: ::underlock::__private::LockNotHeld<Vec<&'a T>, lock_of_Traced>,
    }
    pub struct lock_of_Traced;
    #[automatically_derived]
    #[doc(hidden)]
    impl<'a, T: ?Sized + Trace, U> ::underlock::__private::core::ops::Deref
    for Traced<'a, T, U> {
        type Target = TracedUnguarded<'a, T, U>;
        fn deref(&self) -> &Self::Target {
            use ::underlock::__private::MethodsOfTheGuard as _;
            {
                ::underlock::__private::is_lock(&self.lock);
                ::underlock::__private::not_hidden(&<TracedLock<'a, T, U>>::release);
                ::underlock::__private::not_hidden(&<TracedLock<'a, T, U>>::wait);
                ::underlock::__private::not_hidden(&<TracedLock<'a, T, U>>::wait_for);
                ::underlock::__private::not_hidden(
                    &<TracedLock<'a, T, U>>::wait_for_some,
                );
                ::underlock::__private::not_hidden(&<TracedLock<'a, T, U>>::wait_until);
                ::underlock::__private::not_hidden(&<TracedLock<'a, T, U>>::notify);
                ::underlock::__private::not_hidden(&<TracedLock<'a, T, U>>::notify_one);
                ::underlock::__private::not_hidden(&<TracedLock<'a, T, U>>::notify_all);
            }
            &TracedUnguarded {
                count: ::underlock::__private::LockNotHeld::MARKER,
                last: ::underlock::__private::LockNotHeld::MARKER,
                #[cfg(feature = "trace")]
                trace: ::underlock::__private::LockNotHeld::MARKER,
            }
        }
    }
};
