#[derive(Debug)]
pub struct Channel<T> {
    /// It guards `items` and `closed`.
    lock: Lock<ChannelLock<T>, 2>,
    /// It shares `lock`.
    not_empty: Condition<ChannelLock<T>, ::underlock::__private::Shared<0>>,
    /// It shares `lock`.
    not_full: Condition<ChannelLock<T>, ::underlock::__private::Shared<1>>,
    capacity: usize,
}
#[derive(Debug)]
/// What `lock` of `Channel` guards: `items` and `closed`.
///
/// The lock owns it, and whoever holds the lock has it by the guard: `sync_block!(state = self.lock, { … })`.
pub struct ChannelLock<T> {
    items: VecDeque<T>,
    closed: bool,
}
#[automatically_derived]
impl<T> ::underlock::__private::Conditions<2> for ChannelLock<T> {}
/// The guard of `lock` of `Channel`: who has it holds the lock.
pub type ChannelLockGuard<'guard, T> = ::underlock::__private::Guard<
    'guard,
    ChannelLock<T>,
    2,
>;
const _: () = {
    #[doc(hidden)]
    pub struct ChannelUnguarded<T> {
        items: ::underlock::__private::LockNotHeld<VecDeque<T>, locks_of_Channel::lock>,
        closed: ::underlock::__private::LockNotHeld<bool, locks_of_Channel::lock>,
    }
    mod locks_of_Channel {
        pub struct lock;
    }
    #[automatically_derived]
    #[doc(hidden)]
    impl<T> ::underlock::__private::core::ops::Deref for Channel<T> {
        type Target = ChannelUnguarded<T>;
        fn deref(&self) -> &Self::Target {
            let _: &::underlock::__private::Lock<ChannelLock<T>, 2> = &self.lock;
            &ChannelUnguarded {
                items: ::underlock::__private::LockNotHeld::MARKER,
                closed: ::underlock::__private::LockNotHeld::MARKER,
            }
        }
    }
};
