/// Documented.
#[derive(Clone, Default, core::fmt::Debug, PartialEq)]
#[allow(dead_code)]
#[allow(clippy::struct_field_names, reason = "they are")]
#[must_use]
#[repr(C)]
#[non_exhaustive]
#[doc(hidden)]
pub struct Attributes {
    /// Entered first.
    ///
    /// It guards `value`.
    lock: Lock<AttributesLock>,
}
#[derive(Default, core::fmt::Debug)]
#[allow(dead_code)]
#[allow(clippy::struct_field_names, reason = "they are")]
#[non_exhaustive]
#[doc(hidden)]
/// What `lock` of `Attributes` guards: `value`.
///
/// The lock owns it, and whoever holds the lock has it by the guard: `sync_block!(state = self.lock, { … })`.
pub struct AttributesLock {
    /// Moved with its documentation.
    #[debug(skip)]
    pub value: u32,
}
/// The guard of `lock` of `Attributes`: who has it holds the lock.
pub type AttributesLockGuard<'guard> = ::underlock::__private::Guard<
    'guard,
    AttributesLock,
>;
#[allow(dead_code)]
#[allow(clippy::struct_field_names, reason = "they are")]
const _: () = {
    #[doc(hidden)]
    pub struct AttributesUnguarded {
        pub value: ::underlock::__private::LockNotHeld<u32, locks_of_Attributes::lock>,
    }
    mod locks_of_Attributes {
        pub struct lock;
    }
    #[automatically_derived]
    #[doc(hidden)]
    impl ::underlock::__private::core::ops::Deref for Attributes {
        type Target = AttributesUnguarded;
        fn deref(&self) -> &Self::Target {
            let _: &::underlock::__private::Lock<AttributesLock> = &self.lock;
            &AttributesUnguarded {
                value: ::underlock::__private::LockNotHeld::MARKER,
            }
        }
    }
};
