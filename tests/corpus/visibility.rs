//! Structs in all kinds of scopes, used from all kinds of scopes.

use underlock::{Lock, guarded, sync_block};

pub(crate) mod bank {
    use underlock::{Condition, Lock, guarded};

    /// Each field as visible as can be.
    #[guarded]
    #[derive(Debug, Default)]
    pub(crate) struct Account {
        pub(crate) lock: Lock,
        #[guarded(lock)]
        pub(crate) everywhere: u32,
        #[guarded(lock)]
        pub(super) above: u32,
        #[guarded(lock)]
        pub(in crate::visibility) in_path: u32,
        #[guarded(lock)]
        pub(self) here: u32,
        #[guarded(lock)]
        own: u32,
        #[condition(lock)]
        pub(crate) changed: Condition,
    }

    impl Account {
        pub(crate) fn sum(state: &AccountLock) -> u32 {
            state.everywhere + state.above + state.in_path + state.here + state.own
        }
    }

    pub(super) mod vault {
        #[underlock::guarded]
        #[derive(Debug, Default)]
        pub(in super::super) struct Vault {
            pub(in super::super) door: underlock::Lock,
            #[guarded(door)]
            pub(in super::super) gold: u32,
        }
    }
}

#[tokio::test]
async fn fields_of_any_visibility() {
    let account = bank::Account::default();
    let guard: bank::AccountLockGuard<'_> = account.lock.acquire().await;
    guard.notify_all(&account.changed);
    guard.release();
    sync_block!(state = account.lock, vault = bank::vault::Vault::default().door, {
        state.everywhere = 1;
        state.above = 2;
        state.in_path = 3;
        vault.gold = bank::Account::sum(&state);
        assert_eq!(vault.gold, 6);
    });
}

/// Reexported under other names, and used by those.
mod facade {
    pub(super) use super::bank::{Account as Konto, AccountLock as Stand};
}

#[tokio::test]
async fn reexported_structs() {
    let konto = facade::Konto::default();
    let stand: facade::Stand = konto.lock.into_inner();
    assert_eq!(facade::Konto::sum(&stand), 0);
}

#[tokio::test]
async fn structs_inside_of_functions() {
    fn first() -> impl std::fmt::Debug {
        #[guarded]
        #[derive(Debug, Default)]
        struct Local {
            lock: Lock,
            #[guarded(lock)]
            value: u8,
        }
        let mut local = Local::default();
        local.lock.get_mut().value += 1;
        local
    }

    async fn second() -> u16 {
        #[guarded]
        struct Local {
            lock: Lock,
            #[guarded(lock)]
            value: u16,
        }
        let local = Local { lock: Lock::new(LocalLock { value: 2 }) };
        sync_block!(state = local.lock, { state.value })
    }

    assert!(format!("{:?}", first()).starts_with("Local { lock: Lock"));
    assert_eq!(second().await, 2);
}

#[tokio::test]
async fn structs_inside_of_closures_and_blocks() {
    let closure = async || {
        #[guarded]
        struct Inner {
            lock: Lock,
            #[guarded(lock)]
            value: u8,
        }
        let inner = Inner { lock: Lock::new(InnerLock { value: 3 }) };
        sync_block!(state = inner.lock, { state.value })
    };
    let in_a_block = {
        #[guarded]
        struct Inner {
            lock: Lock,
            #[guarded(lock)]
            value: i8,
        }
        Inner { lock: Lock::new(InnerLock { value: -3 }) }
    };
    let value = sync_block!(state = in_a_block.lock, { state.value });
    assert_eq!(i16::from(closure().await) + i16::from(value), 0);
}

/// In an impl, a struct of its own.
#[derive(Debug)]
struct Outer(u32);

impl Outer {
    async fn run() -> u32 {
        #[guarded]
        struct Helper {
            lock: Lock,
            #[guarded(lock)]
            outer: Outer,
        }
        let helper = Helper { lock: Lock::new(HelperLock { outer: Outer(9) }) };
        sync_block!(state = helper.lock, { state.outer.value() })
    }

    const fn value(&self) -> u32 {
        self.0
    }
}

#[tokio::test]
async fn structs_inside_of_methods() {
    assert_eq!(Outer::run().await, 9);
}

/// As visible as the crate, for a user who documents everything.
pub(crate) mod documented {
    /// A struct.
    #[underlock::guarded]
    pub(crate) struct Documented {
        /// Its lock.
        pub(crate) lock: underlock::Lock,
        /// Its field.
        #[guarded(lock)]
        pub(crate) value: u32,
    }

    impl std::fmt::Debug for Documented {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.debug_struct("Documented").field("lock", &self.lock).finish()
        }
    }

    impl Default for Documented {
        fn default() -> Self {
            Documented { lock: underlock::Lock::new(DocumentedLock { value: 1 }) }
        }
    }
}

#[test]
fn a_struct_with_a_debug_of_its_own() {
    let documented = documented::Documented::default();
    assert_eq!(
        format!("{documented:?}"),
        "Documented { lock: Lock { locked: false, waiters: 0 } }"
    );
    assert_eq!(documented.lock.into_inner().value, 1);
}

// === Types of the same names from elsewhere ===

mod elsewhere {
    #[derive(Debug, Default)]
    pub(super) struct Condition(pub(super) String);

    #[derive(Debug, Default)]
    pub(super) struct Lock(pub(super) u8);
}

/// Types of another library are fields like any other.
#[guarded]
#[derive(Debug, Default)]
struct Query {
    lock: Lock,
    #[guarded(lock)]
    filter: elsewhere::Condition,
    #[guarded(lock)]
    file: elsewhere::Lock,
    default: elsewhere::Condition,
    key: elsewhere::Lock,
}

#[test]
fn types_of_the_same_names_from_elsewhere() {
    let query = Query::default();
    query.lock.try_acquire().unwrap().file.0 += 1;
    let state = query.lock.into_inner();
    assert_eq!((state.filter.0, state.file.0), (query.default.0, query.key.0 + 1));
}
