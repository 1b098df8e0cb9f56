#[derive(Debug)]
pub struct Channel<T> {
    /// Guards `items` and `closed`.
    lock: Lock<ChannelLock<T>, 2>,
    /// Shares `lock`.
    not_empty: Condition<ChannelLock<T>, ::underlock::__private::Shared<0>>,
    /// Shares `lock`.
    not_full: Condition<ChannelLock<T>, ::underlock::__private::Shared<1>>,
    capacity: usize,
}
#[derive(Debug)]
/// State of `Channel::lock`: `items` and `closed`.
///
/// Owned by the lock, and reached through its guard, `ChannelLockGuard`.
pub struct ChannelLock<T> {
    items: VecDeque<T>,
    closed: bool,
}
#[automatically_derived]
impl<T> ::underlock::__private::Conditions<2> for ChannelLock<T> {}
#[automatically_derived]
#[doc(hidden)]
impl<T> ::underlock::__private::MethodsOfTheGuard for ChannelLock<T> {}
/// Guard of `Channel::lock`.
pub type ChannelLockGuard<'guard, T> = ::underlock::__private::Guard<
    'guard,
    ChannelLock<T>,
    2,
>;
const _: () = {
    #[doc(hidden)]
    pub struct ChannelUnguarded<T> {
        items: ::underlock::__private::LockNotHeld<VecDeque<T>, lock_of_Channel>,
        closed: ::underlock::__private::LockNotHeld<bool, lock_of_Channel>,
    }
    pub struct lock_of_Channel;
    #[automatically_derived]
    #[doc(hidden)]
    impl<T> ::underlock::__private::core::ops::Deref for Channel<T> {
        type Target = ChannelUnguarded<T>;
        fn deref(&self) -> &Self::Target {
            use ::underlock::__private::MethodsOfTheGuard as _;
            {
                ::underlock::__private::is_lock(&self.lock);
                ::underlock::__private::not_hidden(&<ChannelLock<T>>::release);
                ::underlock::__private::not_hidden(&<ChannelLock<T>>::wait);
                ::underlock::__private::not_hidden(&<ChannelLock<T>>::wait_for);
                ::underlock::__private::not_hidden(&<ChannelLock<T>>::wait_for_some);
                ::underlock::__private::not_hidden(&<ChannelLock<T>>::wait_until);
                ::underlock::__private::not_hidden(&<ChannelLock<T>>::notify);
                ::underlock::__private::not_hidden(&<ChannelLock<T>>::notify_one);
                ::underlock::__private::not_hidden(&<ChannelLock<T>>::notify_all);
                ::underlock::__private::is_condition(&self.not_empty);
                ::underlock::__private::is_condition(&self.not_full);
            }
            &ChannelUnguarded {
                items: ::underlock::__private::LockNotHeld::MARKER,
                closed: ::underlock::__private::LockNotHeld::MARKER,
            }
        }
    }
};
