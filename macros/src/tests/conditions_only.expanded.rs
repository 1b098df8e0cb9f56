struct Signal<T> {
    /// Shared by `changed`.
    lock: Lock<SignalLock, 1>,
    /// Shares `lock`.
    changed: Condition<SignalLock, ::underlock::__private::Shared<0>>,
    value: T,
}
/// State of `Signal::lock`: no field, since it is there for `changed`.
///
/// Owned by the lock, and reached through its guard, `SignalLockGuard`.
struct SignalLock {}
#[automatically_derived]
impl ::underlock::__private::Conditions<1> for SignalLock {}
#[automatically_derived]
#[doc(hidden)]
impl ::underlock::__private::MethodsOfTheGuard for SignalLock {}
/// Guard of `Signal::lock`.
type SignalLockGuard<'guard> = ::underlock::__private::Guard<'guard, SignalLock, 1>;
const _: () = {
    fn check<T>(owner: &Signal<T>) {
        use ::underlock::__private::MethodsOfTheGuard as _;
        {
            ::underlock::__private::is_lock(&owner.lock);
            ::underlock::__private::not_hidden(&<SignalLock>::release);
            ::underlock::__private::not_hidden(&<SignalLock>::wait);
            ::underlock::__private::not_hidden(&<SignalLock>::wait_for);
            ::underlock::__private::not_hidden(&<SignalLock>::wait_for_some);
            ::underlock::__private::not_hidden(&<SignalLock>::wait_until);
            ::underlock::__private::not_hidden(&<SignalLock>::notify);
            ::underlock::__private::not_hidden(&<SignalLock>::notify_one);
            ::underlock::__private::not_hidden(&<SignalLock>::notify_all);
            ::underlock::__private::is_condition(&owner.changed);
        }
    }
};
