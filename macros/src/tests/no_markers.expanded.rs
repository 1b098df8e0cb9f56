struct Own {
    /// It guards `value`.
    lock: Lock<OwnLock>,
}
/// What `lock` of `Own` guards: `value`.
///
/// The lock owns it, and whoever holds the lock has it by the guard: `sync_block!(state = self.lock, { … })`.
struct OwnLock {
    value: u32,
}
/// The guard of `lock` of `Own`: who has it holds the lock.
type OwnLockGuard<'guard> = ::underlock::__private::Guard<'guard, OwnLock>;
