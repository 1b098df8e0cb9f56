//! The macros in hostile scopes: without a prelude, with everything shadowed, behind
//! `macro_rules!`, under strict lints.

/// Only the names written here are in scope.
#[no_implicit_prelude]
mod without_prelude {
    use ::underlock::{Condition, Lock, guarded, sync_block};

    #[guarded]
    #[derive(::core::fmt::Debug, ::std::default::Default)]
    pub(super) struct Bare<'a, T: ::core::marker::Copy, const N: usize>
    where
        [T; N]: ::core::default::Default,
    {
        lock: Lock,
        #[guarded(lock)]
        items: [T; N],
        #[guarded(lock)]
        text: ::core::option::Option<&'a str>,
        #[condition(lock)]
        changed: Condition,
        other: Lock,
        #[guarded(other)]
        count: u32,
    }

    impl<T: ::core::marker::Copy, const N: usize> Bare<'_, T, N>
    where
        [T; N]: ::core::default::Default,
    {
        pub(super) async fn run(&self) -> ::core::option::Option<u32> {
            let limit = ::core::time::Duration::from_secs(1);
            let value = sync_block!(state = self.lock, {
                state.text = ::core::option::Option::Some("text");
                state.notify_one(&self.changed);
                state = state.wait_for(&self.changed, |_| true).await;
                state.text?.len()
            });
            sync_block!(state = self.lock, other = self.other, {
                other.count += 1;
                let _ = state.items;
            });
            sync_block!(other = self.other.now(), { other.count += 1 }).unwrap_or(());
            sync_block!(_ = self.lock, other = self.other.now(), { other.count += 1 })
                .unwrap_or(());
            sync_block!(other = self.other.within(limit), { other.count += 1 }).unwrap_or(());
            sync_block!(_ = self.lock, other = self.other.within(limit), {
                other.count += 1;
            })
            .unwrap_or(());
            let count = sync_block!(other = self.other, { other.count });
            ::core::option::Option::Some(if value == 4 { count } else { 0 })
        }
    }
}

#[tokio::test]
async fn no_prelude_is_needed() {
    let bare = without_prelude::Bare::<u8, 3>::default();
    assert_eq!(bare.run().await, Some(5));
}

/// Every name that an expansion could be tempted to use is shadowed.
#[allow(dead_code, non_camel_case_types, unused_macros, reason = "they are there to be in the way")]
mod shadowed {
    use ::underlock::{Condition as Shared, Lock as Mutex};

    pub(super) struct Option;
    pub(super) struct Some;
    pub(super) struct None;
    pub(super) struct Result;
    pub(super) struct Ok;
    pub(super) struct Guard;
    pub(super) struct Conditions;
    pub(super) struct In;
    pub(super) struct LockNotHeld;
    pub(super) struct Deref;
    pub(super) struct PhantomData;
    pub(super) struct Future;
    pub(super) struct Duration;
    pub(super) mod core {}
    pub(super) mod std {}
    pub(super) mod underlock {}
    pub(super) mod __private {}
    type usize = u8;

    macro_rules! unreachable {
        () => {
            compile_error!("not this one")
        };
    }
    macro_rules! panic {
        () => {
            compile_error!("not this one")
        };
    }

    pub(super) mod inside {
        use super::*;
        type Lock<T, const N: ::core::primitive::usize = 0> = Mutex<T, N>;
        type Condition<T, K> = Shared<T, K>;

        #[::underlock::guarded]
        pub(in super::super) struct Shadowed {
            pub(in super::super) lock: Lock,
            #[guarded(lock)]
            value: usize,
            #[condition(lock)]
            changed: Condition,
        }

        impl Shadowed {
            pub(in super::super) fn new() -> Self {
                Shadowed { lock: Lock::new(ShadowedLock { value: 3 }), changed: Shared::shared() }
            }

            pub(in super::super) async fn run(&self, other: &Self) -> usize {
                let limit = ::core::time::Duration::from_secs(1);
                // Names that the macro might have chosen for its own.
                let (lock0, lock1, slot0, order, index) = (1, 2, 3, 4, 5);
                let (guard0, entered, value, limit0) = (6, 7, 8, limit);
                let _ = ::underlock::sync_block!(a = self.lock, b = other.lock.within(limit0), {
                    a.value += lock0 + lock1 + slot0 + order + index;
                    b.value += guard0 + entered + value;
                });
                ::underlock::sync_block!(a = self.lock, b = other.lock, {
                    a.value += b.value;
                    a.notify_all(&self.changed);
                });
                ::underlock::sync_block!(a = self.lock, _ = other.lock.now(), { a.value })
                    .unwrap_or(0)
            }
        }
    }
}

#[tokio::test]
async fn shadowed_names_do_no_harm() {
    let (one, other) = (shadowed::inside::Shadowed::new(), shadowed::inside::Shadowed::new());
    assert_eq!(one.run(&other).await, 42);
}

/// Fragments that other macros pass through.
mod expanded {
    use std::time::Duration;

    use underlock::{Condition, Lock, guarded, sync_block};

    macro_rules! guarded_struct {
        ($vis:vis $name:ident<$param:ident> { $lock:ident guards $($field:ident: $ty:ty,)* }) => {
            #[guarded]
            #[derive(Debug, Default)]
            $vis struct $name<$param> {
                $lock: Lock,
                $(#[guarded($lock)] $field: $ty,)*
                #[condition($lock)]
                changed: Condition,
                of: std::marker::PhantomData<$param>,
            }
        };
    }

    guarded_struct!(pub(super) Made<T> { lock guards items: Vec<T>, text: Option<&'static str>, });

    /// The lock's type is a fragment, too.
    macro_rules! of_types {
        ($lock:ty, $condition:ty) => {
            #[guarded]
            #[derive(Debug, Default)]
            pub(super) struct Typed {
                pub(super) lock: $lock,
                #[guarded(lock)]
                pub(super) value: u32,
                #[condition(lock)]
                pub(super) changed: $condition,
            }
        };
    }

    of_types!(Lock, Condition);

    /// Everything is a fragment.
    macro_rules! with {
        ($guard:ident, $lock:expr, $body:block) => {
            sync_block!($guard = $lock, $body)
        };
        ($guard:ident, $lock:expr, $limit:expr, $body:block, $otherwise:block) => {
            match sync_block!($guard = $lock.within($limit), $body) {
                Ok(value) => value,
                Err(_) => $otherwise,
            }
        };
    }

    /// A guard's name that the argument can't see.
    macro_rules! add {
        ($lock:expr, $value:expr) => {
            sync_block!(state = $lock, {
                let value = $value;
                *state += value;
                *state
            })
        };
    }

    macro_rules! both {
        ($($name:ident = $lock:expr),* => $value:expr) => {
            sync_block!($($name = $lock),*, { $value })
        };
    }

    pub(super) async fn run() -> u32 {
        let made = Made::<u8>::default();
        with!(state, made.lock, {
            state.items.push(1);
            state.text = None;
            state.notify_all(&made.changed);
        });
        assert_eq!(made.of, std::marker::PhantomData);

        let (lock, other) = (Lock::new(1), Lock::new(2));
        // The caller's `state` and `value` are not the macro's.
        let (state, value) = (10, 100);
        let sum = add!(lock, state + value);
        assert_eq!(sum, 111);
        assert_eq!(both!(a = lock, b = other => *a + *b), 113);
        with!(a, lock, Duration::from_secs(1), { *a += 1 }, { unreachable!() });
        with!(a, &lock, { *a })
    }
}

#[tokio::test]
async fn macros_may_write_them() {
    assert_eq!(expanded::run().await, 112);
    let typed = expanded::Typed::default();
    underlock::sync_block!(state = typed.lock, {
        state.value += 1;
        state.notify_all(&typed.changed);
    });
    assert_eq!(typed.lock.into_inner().value, 1);
}

/// Generated code triggers no lint.
#[deny(warnings, unused, missing_docs, nonstandard_style, rust_2018_idioms)]
#[deny(unreachable_pub, missing_debug_implementations, unused_qualifications, let_underscore_drop)]
#[deny(single_use_lifetimes, trivial_casts, unit_bindings, unused_results, unused_lifetimes)]
#[deny(clippy::all, clippy::pedantic, clippy::nursery)]
#[forbid(unsafe_code)]
mod under_lints {
    use std::time::Duration;

    use underlock::{Condition, Lock, guarded, sync_block};

    /// Documented.
    #[guarded]
    #[derive(Debug, Default)]
    pub(super) struct Linted<T: Clone> {
        /// The lock.
        pub(super) lock: Lock,
        /// The field.
        #[guarded(lock)]
        pub(super) value: Vec<T>,
        /// Never read by the state's own methods.
        #[guarded(lock)]
        pub(super) count: u32,
        /// The condition.
        #[condition(lock)]
        pub(super) changed: Condition,
        /// A second one.
        pub(super) second: Lock,
        /// Its field.
        #[guarded(second)]
        pub(super) more: u8,
    }

    impl<T: Clone + Send> Linted<T> {
        pub(super) async fn run(&self, other: &Self) -> Option<T> {
            sync_block!(state = self.lock, {
                state = state.wait_for(&self.changed, |_| true).await;
            });
            sync_block!(_ = self.lock, {});
            sync_block!(unused = self.lock, {});
            sync_block!(_unused = self.lock, {
                let _: bool = self.second.is_locked();
            });
            sync_block!(first = self.lock, more = self.second.now(), {
                first.count += u32::from(more.more);
            })
            .ok()?;
            let limit = Duration::from_secs(1);
            sync_block!(first = self.lock, second = other.lock.within(limit), {
                first.count += second.count;
            })
            .ok()?;
            sync_block!(first = self.lock, second = other.lock, {
                if first.count > second.count {
                    return second.value.first().cloned();
                }
                first.value.first().cloned()
            })
        }
    }
}

#[tokio::test]
async fn lints_pass_over_what_is_generated() {
    let linted = under_lints::Linted::<u8>::default();
    assert_eq!(linted.run(&under_lints::Linted::default()).await, None);
    assert_eq!(linted.lock.into_inner().count, 0);
    assert_eq!(linted.second.into_inner().more, 0);
    let underlock::Condition { .. } = linted.changed;
}

/// A keyword of a later edition, which is an identifier in this one.
#[expect(keyword_idents_2024, reason = "it is a name all the same")]
mod later_words {
    use underlock::{Condition, Lock, guarded};

    #[guarded]
    #[derive(Debug, Default)]
    pub(super) struct Gen {
        pub(super) gen: Lock,
        #[guarded(gen)]
        pub(super) value: u32,
        #[condition(gen)]
        pub(super) changed: Condition,
    }

    #[guarded]
    #[derive(Debug, Default)]
    pub(super) struct Counter {
        pub(super) lock: Lock,
        #[guarded(lock)]
        pub(super) gen: u32,
    }

    impl Counter {
        pub(super) fn next(&mut self) -> u32 {
            self.lock.get_mut().gen += 1;
            self.lock.get_mut().gen
        }
    }
}

#[test]
fn words_of_later_editions() {
    let r#gen = later_words::Gen::default();
    let state = r#gen.r#gen.try_acquire().unwrap();
    state.notify_all(&r#gen.changed);
    assert_eq!((state.value, later_words::Counter::default().next()), (0, 1));
}
