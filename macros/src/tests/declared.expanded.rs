pub struct Channel<T, const MOST: usize> {
    /// Guards `items`.
    lock: Lock<ChannelLock<T, MOST>, 3>,
    /// Shares `lock`. True when `!state.items.is_empty()`.
    not_empty: Condition<ChannelLock<T, MOST>, ::underlock::__private::Declared<0>>,
    /// Shares `lock`.
    changed: Condition<ChannelLock<T, MOST>, ::underlock::__private::Shared<1>>,
    #[cfg(bounded)]
    /// Shares `lock`. True when `state.items.len()<MOST`.
    not_full: Condition<ChannelLock<T, MOST>, ::underlock::__private::Declared<2>>,
}
/// State of `Channel::lock`: `items`.
///
/// Owned by the lock, and reached through its guard, `ChannelLockGuard`.
pub struct ChannelLock<T, const MOST: usize> {
    items: VecDeque<T>,
}
#[automatically_derived]
impl<T, const MOST: usize> ::underlock::__private::Conditions<3>
for ChannelLock<T, MOST> {
    const WHEN: [::underlock::__private::core::option::Option<fn(&Self) -> bool>; 3] = [
        ::underlock::__private::core::option::Option::Some(|state| {
            !state.items.is_empty()
        }),
        ::underlock::__private::core::option::Option::None,
        #[cfg(bounded)]
        ::underlock::__private::core::option::Option::Some(|state| {
            state.items.len() < MOST
        }),
        #[cfg(not(all(bounded)))]
        ::underlock::__private::core::option::Option::None,
    ];
}
#[automatically_derived]
#[doc(hidden)]
impl<T, const MOST: usize> ::underlock::__private::MethodsOfTheGuard
for ChannelLock<T, MOST> {}
/// Guard of `Channel::lock`.
pub type ChannelLockGuard<'guard, T, const MOST: usize> = ::underlock::__private::Guard<
    'guard,
    ChannelLock<T, MOST>,
    3,
>;
const _: () = {
    #[doc(hidden)]
    pub struct ChannelUnguarded<T, const MOST: usize> {
        items: ::underlock::__private::LockNotHeld<VecDeque<T>, lock_of_Channel>,
    }
    pub struct lock_of_Channel;
    #[automatically_derived]
    #[doc(hidden)]
    impl<T, const MOST: usize> ::underlock::__private::core::ops::Deref
    for Channel<T, MOST> {
        type Target = ChannelUnguarded<T, MOST>;
        fn deref(&self) -> &Self::Target {
            use ::underlock::__private::MethodsOfTheGuard as _;
            {
                ::underlock::__private::is_lock(&self.lock);
                ::underlock::__private::not_hidden(&<ChannelLock<T, MOST>>::release);
                ::underlock::__private::not_hidden(&<ChannelLock<T, MOST>>::wait);
                ::underlock::__private::not_hidden(&<ChannelLock<T, MOST>>::wait_for);
                ::underlock::__private::not_hidden(
                    &<ChannelLock<T, MOST>>::wait_for_some,
                );
                ::underlock::__private::not_hidden(&<ChannelLock<T, MOST>>::wait_until);
                ::underlock::__private::not_hidden(&<ChannelLock<T, MOST>>::notify);
                ::underlock::__private::not_hidden(&<ChannelLock<T, MOST>>::notify_one);
                ::underlock::__private::not_hidden(&<ChannelLock<T, MOST>>::notify_all);
                ::underlock::__private::is_condition(&self.not_empty);
                ::underlock::__private::is_condition(&self.changed);
                #[cfg(bounded)] ::underlock::__private::is_condition(&self.not_full);
            }
            &ChannelUnguarded {
                items: ::underlock::__private::LockNotHeld::MARKER,
            }
        }
    }
};
