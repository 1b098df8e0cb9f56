struct r#Raw {
    /// It guards `r#match`.
    r#type: Lock<RawType, 1>,
    /// It guards `r#fn`.
    r#loop: Lock<RawLoop>,
    /// It shares `r#type`.
    r#while: Condition<RawType, ::underlock::__private::Shared<0>>,
}
/// What `r#type` of `Raw` guards: `r#match`.
///
/// The lock owns it, and whoever holds the lock has it by the guard: `sync_block!(state = self.r#type, { … })`.
struct RawType {
    r#match: u8,
}
#[automatically_derived]
impl ::underlock::__private::Conditions<1> for RawType {}
/// The guard of `r#type` of `Raw`: who has it holds the lock.
type RawTypeGuard<'guard> = ::underlock::__private::Guard<'guard, RawType, 1>;
/// What `r#loop` of `Raw` guards: `r#fn`.
///
/// The lock owns it, and whoever holds the lock has it by the guard: `sync_block!(state = self.r#loop, { … })`.
struct RawLoop {
    r#fn: u32,
}
/// The guard of `r#loop` of `Raw`: who has it holds the lock.
type RawLoopGuard<'guard> = ::underlock::__private::Guard<'guard, RawLoop>;
const _: () = {
    #[doc(hidden)]
    struct RawUnguarded {
        r#match: ::underlock::__private::LockNotHeld<u8, locks_of_Raw::r#type>,
        r#fn: ::underlock::__private::LockNotHeld<u32, locks_of_Raw::r#loop>,
    }
    mod locks_of_Raw {
        pub struct r#type;
        pub struct r#loop;
    }
    #[automatically_derived]
    #[doc(hidden)]
    impl ::underlock::__private::core::ops::Deref for r#Raw {
        type Target = RawUnguarded;
        fn deref(&self) -> &Self::Target {
            let _: &::underlock::__private::Lock<RawType, 1> = &self.r#type;
            let _: &::underlock::__private::Lock<RawLoop> = &self.r#loop;
            &RawUnguarded {
                r#match: ::underlock::__private::LockNotHeld::MARKER,
                r#fn: ::underlock::__private::LockNotHeld::MARKER,
            }
        }
    }
};
