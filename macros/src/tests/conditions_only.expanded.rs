struct Signal<T> {
    /// It is shared by `changed`.
    lock: Lock<SignalLock, 1>,
    /// It shares `lock`.
    changed: Condition<SignalLock, ::underlock::__private::Shared<0>>,
    value: T,
}
/// What `lock` of `Signal` guards: no field, for it is there for `changed`.
///
/// The lock owns it, and whoever holds the lock has it by the guard: `sync_block!(state = self.lock, { … })`.
struct SignalLock {}
#[automatically_derived]
impl ::underlock::__private::Conditions<1> for SignalLock {}
/// The guard of `lock` of `Signal`: who has it holds the lock.
type SignalLockGuard<'guard> = ::underlock::__private::Guard<'guard, SignalLock, 1>;
