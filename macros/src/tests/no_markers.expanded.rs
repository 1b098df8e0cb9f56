struct Own {
    /// Guards `value`.
    lock: Lock<OwnLock>,
}
/// State of `Own::lock`: `value`.
///
/// Owned by the lock, and reached through its guard, `OwnLockGuard`.
struct OwnLock {
    value: u32,
}
#[automatically_derived]
#[doc(hidden)]
impl ::underlock::__private::MethodsOfTheGuard for OwnLock {}
/// Guard of `Own::lock`.
type OwnLockGuard<'guard> = ::underlock::__private::Guard<'guard, OwnLock>;
const _: () = {
    fn check(owner: &Own) {
        use ::underlock::__private::MethodsOfTheGuard as _;
        {
            ::underlock::__private::is_lock(&owner.lock);
            ::underlock::__private::not_hidden(&<OwnLock>::release);
            ::underlock::__private::not_hidden(&<OwnLock>::wait);
            ::underlock::__private::not_hidden(&<OwnLock>::wait_for);
            ::underlock::__private::not_hidden(&<OwnLock>::wait_for_some);
            ::underlock::__private::not_hidden(&<OwnLock>::wait_until);
            ::underlock::__private::not_hidden(&<OwnLock>::notify);
            ::underlock::__private::not_hidden(&<OwnLock>::notify_one);
            ::underlock::__private::not_hidden(&<OwnLock>::notify_all);
        }
    }
};
