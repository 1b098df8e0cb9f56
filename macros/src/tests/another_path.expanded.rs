struct Renamed {
    /// It guards `value`.
    lock: Lock<RenamedLock>,
}
/// What `lock` of `Renamed` guards: `value`.
///
/// The lock owns it, and whoever holds the lock has it by the guard: `sync_block!(state = self.lock => { … })`.
struct RenamedLock {
    value: u32,
}
/// The guard of `lock` of `Renamed`: who has it holds the lock.
type RenamedLockGuard<'guard> = crate::sync::locks::__private::Guard<
    'guard,
    RenamedLock,
>;
