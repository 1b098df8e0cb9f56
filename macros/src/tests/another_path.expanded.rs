struct Renamed {
    /// Guards `value`.
    lock: Lock<RenamedLock>,
}
/// State of `Renamed::lock`: `value`.
///
/// Owned by the lock, and reached through its guard, `RenamedLockGuard`.
struct RenamedLock {
    value: u32,
}
#[automatically_derived]
#[doc(hidden)]
impl crate::sync::locks::__private::MethodsOfTheGuard for RenamedLock {}
/// Guard of `Renamed::lock`.
type RenamedLockGuard<'guard> = crate::sync::locks::__private::Guard<
    'guard,
    RenamedLock,
>;
const _: () = {
    fn check(owner: &Renamed) {
        use crate::sync::locks::__private::MethodsOfTheGuard as _;
        {
            crate::sync::locks::__private::is_lock(&owner.lock);
            crate::sync::locks::__private::not_hidden(&<RenamedLock>::release);
            crate::sync::locks::__private::not_hidden(&<RenamedLock>::wait);
            crate::sync::locks::__private::not_hidden(&<RenamedLock>::wait_for);
            crate::sync::locks::__private::not_hidden(&<RenamedLock>::wait_for_some);
            crate::sync::locks::__private::not_hidden(&<RenamedLock>::wait_until);
            crate::sync::locks::__private::not_hidden(&<RenamedLock>::notify);
            crate::sync::locks::__private::not_hidden(&<RenamedLock>::notify_one);
            crate::sync::locks::__private::not_hidden(&<RenamedLock>::notify_all);
        }
    }
};
