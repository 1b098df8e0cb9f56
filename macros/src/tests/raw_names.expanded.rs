struct r#Raw {
    /// Guards `r#match`.
    r#type: Lock<RawType, 1>,
    /// Guards `r#fn`.
    r#loop: Lock<RawLoop>,
    /// Shares `r#type`.
    r#while: Condition<RawType, ::underlock::__private::Shared<0>>,
}
/// State of `Raw::r#type`: `r#match`.
///
/// Owned by the lock, and reached through its guard, `RawTypeGuard`.
struct RawType {
    r#match: u8,
}
#[automatically_derived]
impl ::underlock::__private::Conditions<1> for RawType {}
#[automatically_derived]
#[doc(hidden)]
impl ::underlock::__private::MethodsOfTheGuard for RawType {}
/// Guard of `Raw::r#type`.
type RawTypeGuard<'guard> = ::underlock::__private::Guard<'guard, RawType, 1>;
/// State of `Raw::r#loop`: `r#fn`.
///
/// Owned by the lock, and reached through its guard, `RawLoopGuard`.
struct RawLoop {
    r#fn: u32,
}
#[automatically_derived]
#[doc(hidden)]
impl ::underlock::__private::MethodsOfTheGuard for RawLoop {}
/// Guard of `Raw::r#loop`.
type RawLoopGuard<'guard> = ::underlock::__private::Guard<'guard, RawLoop>;
const _: () = {
    #[doc(hidden)]
    struct RawUnguarded {
        r#match: ::underlock::__private::LockNotHeld<u8, type_of_Raw>,
        r#fn: ::underlock::__private::LockNotHeld<u32, loop_of_Raw>,
    }
    pub struct type_of_Raw;
    pub struct loop_of_Raw;
    #[automatically_derived]
    #[doc(hidden)]
    impl ::underlock::__private::core::ops::Deref for r#Raw {
        type Target = RawUnguarded;
        fn deref(&self) -> &Self::Target {
            use ::underlock::__private::MethodsOfTheGuard as _;
            {
                ::underlock::__private::is_lock(&self.r#type);
                ::underlock::__private::not_hidden(&<RawType>::release);
                ::underlock::__private::not_hidden(&<RawType>::wait);
                ::underlock::__private::not_hidden(&<RawType>::wait_for);
                ::underlock::__private::not_hidden(&<RawType>::wait_for_some);
                ::underlock::__private::not_hidden(&<RawType>::wait_until);
                ::underlock::__private::not_hidden(&<RawType>::notify);
                ::underlock::__private::not_hidden(&<RawType>::notify_one);
                ::underlock::__private::not_hidden(&<RawType>::notify_all);
                ::underlock::__private::is_condition(&self.r#while);
            }
            {
                ::underlock::__private::is_lock(&self.r#loop);
                ::underlock::__private::not_hidden(&<RawLoop>::release);
                ::underlock::__private::not_hidden(&<RawLoop>::wait);
                ::underlock::__private::not_hidden(&<RawLoop>::wait_for);
                ::underlock::__private::not_hidden(&<RawLoop>::wait_for_some);
                ::underlock::__private::not_hidden(&<RawLoop>::wait_until);
                ::underlock::__private::not_hidden(&<RawLoop>::notify);
                ::underlock::__private::not_hidden(&<RawLoop>::notify_one);
                ::underlock::__private::not_hidden(&<RawLoop>::notify_all);
            }
            &RawUnguarded {
                r#match: ::underlock::__private::LockNotHeld::MARKER,
                r#fn: ::underlock::__private::LockNotHeld::MARKER,
            }
        }
    }
};
