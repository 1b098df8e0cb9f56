/// Documented.
#[derive(Clone, Default, core::fmt::Debug, PartialEq)]
#[allow(dead_code, reason = "it is shown")]
#[allow(clippy::struct_field_names, reason = "they are")]
#[must_use]
#[repr(C)]
#[non_exhaustive]
#[doc(hidden)]
pub struct Attributes {
    /// Entered first.
    ///
    /// Guards `value`.
    lock: Lock<AttributesLock>,
}
#[derive(Default, core::fmt::Debug)]
#[allow(dead_code, reason = "it is shown")]
#[allow(clippy::struct_field_names, reason = "they are")]
#[non_exhaustive]
#[doc(hidden)]
/// State of `Attributes::lock`: `value`.
///
/// Owned by the lock, and reached through its guard, `AttributesLockGuard`.
pub struct AttributesLock {
    /// Moved with its documentation.
    #[debug(skip)]
    pub value: u32,
}
#[automatically_derived]
#[doc(hidden)]
impl ::underlock::__private::MethodsOfTheGuard for AttributesLock {}
/// Guard of `Attributes::lock`.
pub type AttributesLockGuard<'guard> = ::underlock::__private::Guard<
    'guard,
    AttributesLock,
>;
#[allow(dead_code, reason = "it is shown")]
#[allow(clippy::struct_field_names, reason = "they are")]
const _: () = {
    #[doc(hidden)]
    pub struct AttributesUnguarded {
        pub value: ::underlock::__private::LockNotHeld<u32, lock_of_Attributes>,
    }
    pub struct lock_of_Attributes;
    #[automatically_derived]
    #[doc(hidden)]
    impl ::underlock::__private::core::ops::Deref for Attributes {
        type Target = AttributesUnguarded;
        fn deref(&self) -> &Self::Target {
            use ::underlock::__private::MethodsOfTheGuard as _;
            {
                ::underlock::__private::is_lock(&self.lock);
                ::underlock::__private::not_hidden(&<AttributesLock>::release);
                ::underlock::__private::not_hidden(&<AttributesLock>::wait);
                ::underlock::__private::not_hidden(&<AttributesLock>::wait_for);
                ::underlock::__private::not_hidden(&<AttributesLock>::wait_for_some);
                ::underlock::__private::not_hidden(&<AttributesLock>::wait_until);
                ::underlock::__private::not_hidden(&<AttributesLock>::notify);
                ::underlock::__private::not_hidden(&<AttributesLock>::notify_one);
                ::underlock::__private::not_hidden(&<AttributesLock>::notify_all);
            }
            &AttributesUnguarded {
                value: ::underlock::__private::LockNotHeld::MARKER,
            }
        }
    }
};
