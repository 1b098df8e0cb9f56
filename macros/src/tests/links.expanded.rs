/// What is in [`Self::items`](StoreLock::items), of which there are [`Store::count`].
struct Store {
    /// Guards [the items](StoreLock::items).
    ///
    /// Guards `items`.
    lock: Lock<StoreLock>,
    /// See [`items`](StoreLock::items).
    count: usize,
}
/// State of `Store::lock`: `items`.
///
/// Owned by the lock, and reached through its guard, `StoreLockGuard`.
struct StoreLock {
    /// Made by [`Self::new`](Store::new); see [`Self::count`](Store::count).
    items: Vec<u8>,
}
#[automatically_derived]
#[doc(hidden)]
impl ::underlock::__private::MethodsOfTheGuard for StoreLock {}
/// Guard of `Store::lock`.
type StoreLockGuard<'guard> = ::underlock::__private::Guard<'guard, StoreLock>;
const _: () = {
    fn check(owner: &Store) {
        use ::underlock::__private::MethodsOfTheGuard as _;
        {
            ::underlock::__private::is_lock(&owner.lock);
            ::underlock::__private::not_hidden(&<StoreLock>::release);
            ::underlock::__private::not_hidden(&<StoreLock>::wait);
            ::underlock::__private::not_hidden(&<StoreLock>::wait_for);
            ::underlock::__private::not_hidden(&<StoreLock>::wait_for_some);
            ::underlock::__private::not_hidden(&<StoreLock>::wait_until);
            ::underlock::__private::not_hidden(&<StoreLock>::notify);
            ::underlock::__private::not_hidden(&<StoreLock>::notify_one);
            ::underlock::__private::not_hidden(&<StoreLock>::notify_all);
        }
    }
};
