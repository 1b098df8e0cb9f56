struct Cfg {
    /// It guards `counted` and `always`.
    lock: Lock<CfgLock>,
    #[cfg(feature = "other")]
    /// It guards `extra`.
    other: Lock<CfgOther, 1>,
    #[cfg(feature = "other")]
    /// It shares `other`.
    changed: Condition<CfgOther, ::underlock::__private::Shared<0>>,
}
/// What `lock` of `Cfg` guards: `counted` and `always`.
///
/// The lock owns it, and whoever holds the lock has it by the guard: `sync_block!(state = self.lock, { … })`.
struct CfgLock {
    #[cfg(test)]
    counted: u32,
    always: u32,
}
/// The guard of `lock` of `Cfg`: who has it holds the lock.
type CfgLockGuard<'guard> = ::underlock::__private::Guard<'guard, CfgLock>;
#[cfg(feature = "other")]
/// What `other` of `Cfg` guards: `extra`.
///
/// The lock owns it, and whoever holds the lock has it by the guard: `sync_block!(state = self.other, { … })`.
struct CfgOther {
    #[cfg(feature = "other")]
    extra: u32,
}
#[cfg(feature = "other")]
#[automatically_derived]
impl ::underlock::__private::Conditions<1> for CfgOther {}
#[cfg(feature = "other")]
/// The guard of `other` of `Cfg`: who has it holds the lock.
type CfgOtherGuard<'guard> = ::underlock::__private::Guard<'guard, CfgOther, 1>;
const _: () = {
    #[doc(hidden)]
    struct CfgUnguarded {
        #[cfg(test)]
        counted: ::underlock::__private::LockNotHeld<u32, locks_of_Cfg::lock>,
        always: ::underlock::__private::LockNotHeld<u32, locks_of_Cfg::lock>,
        #[cfg(feature = "other")]
        #[cfg(feature = "other")]
        extra: ::underlock::__private::LockNotHeld<u32, locks_of_Cfg::other>,
    }
    mod locks_of_Cfg {
        pub struct lock;
        #[cfg(feature = "other")]
        pub struct other;
    }
    #[automatically_derived]
    #[doc(hidden)]
    impl ::underlock::__private::core::ops::Deref for Cfg {
        type Target = CfgUnguarded;
        fn deref(&self) -> &Self::Target {
            let _: &::underlock::__private::Lock<CfgLock> = &self.lock;
            #[cfg(feature = "other")]
            let _: &::underlock::__private::Lock<CfgOther, 1> = &self.other;
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
