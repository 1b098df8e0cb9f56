struct Cfg {
    /// Guards `counted` and `always`.
    lock: Lock<CfgLock>,
    #[cfg(feature = "other")]
    /// Guards `extra`.
    other: Lock<CfgOther, 1>,
    #[cfg(feature = "other")]
    /// Shares `other`.
    changed: Condition<CfgOther, ::underlock::__private::Shared<0>>,
}
/// State of `Cfg::lock`: `counted` and `always`.
///
/// Owned by the lock, and reached through its guard, `CfgLockGuard`.
struct CfgLock {
    #[cfg(test)]
    counted: u32,
    always: u32,
}
#[automatically_derived]
#[doc(hidden)]
impl ::underlock::__private::MethodsOfTheGuard for CfgLock {}
/// Guard of `Cfg::lock`.
type CfgLockGuard<'guard> = ::underlock::__private::Guard<'guard, CfgLock>;
#[cfg(feature = "other")]
/// State of `Cfg::other`: `extra`.
///
/// Owned by the lock, and reached through its guard, `CfgOtherGuard`.
struct CfgOther {
    #[cfg(feature = "other")]
    extra: u32,
}
#[cfg(feature = "other")]
#[automatically_derived]
impl ::underlock::__private::Conditions<1> for CfgOther {}
#[cfg(feature = "other")]
#[automatically_derived]
#[doc(hidden)]
impl ::underlock::__private::MethodsOfTheGuard for CfgOther {}
#[cfg(feature = "other")]
/// Guard of `Cfg::other`.
type CfgOtherGuard<'guard> = ::underlock::__private::Guard<'guard, CfgOther, 1>;
const _: () = {
    #[doc(hidden)]
    struct CfgUnguarded {
        #[cfg(test)]
        counted: ::underlock::__private::LockNotHeld<u32, lock_of_Cfg>,
        always: ::underlock::__private::LockNotHeld<u32, lock_of_Cfg>,
        #[cfg(feature = "other")]
        #[cfg(feature = "other")]
        extra: ::underlock::__private::LockNotHeld<u32, other_of_Cfg>,
    }
    pub struct lock_of_Cfg;
    pub struct other_of_Cfg;
    #[automatically_derived]
    #[doc(hidden)]
    impl ::underlock::__private::core::ops::Deref for Cfg {
        type Target = CfgUnguarded;
        fn deref(&self) -> &Self::Target {
            use ::underlock::__private::MethodsOfTheGuard as _;
            {
                ::underlock::__private::is_lock(&self.lock);
                ::underlock::__private::not_hidden(&<CfgLock>::release);
                ::underlock::__private::not_hidden(&<CfgLock>::wait);
                ::underlock::__private::not_hidden(&<CfgLock>::wait_for);
                ::underlock::__private::not_hidden(&<CfgLock>::wait_for_some);
                ::underlock::__private::not_hidden(&<CfgLock>::wait_until);
                ::underlock::__private::not_hidden(&<CfgLock>::notify);
                ::underlock::__private::not_hidden(&<CfgLock>::notify_one);
                ::underlock::__private::not_hidden(&<CfgLock>::notify_all);
            }
            #[cfg(feature = "other")]
            {
                ::underlock::__private::is_lock(&self.other);
                ::underlock::__private::not_hidden(&<CfgOther>::release);
                ::underlock::__private::not_hidden(&<CfgOther>::wait);
                ::underlock::__private::not_hidden(&<CfgOther>::wait_for);
                ::underlock::__private::not_hidden(&<CfgOther>::wait_for_some);
                ::underlock::__private::not_hidden(&<CfgOther>::wait_until);
                ::underlock::__private::not_hidden(&<CfgOther>::notify);
                ::underlock::__private::not_hidden(&<CfgOther>::notify_one);
                ::underlock::__private::not_hidden(&<CfgOther>::notify_all);
                #[cfg(feature = "other")]
                ::underlock::__private::is_condition(&self.changed);
            }
            &CfgUnguarded {
                #[cfg(test)]
                counted: ::underlock::__private::LockNotHeld::MARKER,
                always: ::underlock::__private::LockNotHeld::MARKER,
                #[cfg(feature = "other")]
                #[cfg(feature = "other")]
                extra: ::underlock::__private::LockNotHeld::MARKER,
            }
        }
    }
};
