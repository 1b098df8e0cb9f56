//! Structs and blocks that `macro_rules!` write, of all kinds of fragments.

use std::time::Duration;

use underlock::{Condition, Lock, guarded, sync_block};

/// Everything about a struct passes through: attributes, visibility, generics, types.
macro_rules! monitor {
    (
        $(#[$meta:meta])*
        $vis:vis struct $name:ident $(<$($lifetime:lifetime,)* $($param:ident: $bound:path),* $(,)?>)? {
            $lock_vis:vis $lock:ident: Lock,
            $($(#[$field_meta:meta])* $field_vis:vis $field:ident: $ty:ty,)*
            $(; $condition:ident)* $(,)?
        }
    ) => {
        #[guarded]
        $(#[$meta])*
        $vis struct $name $(<$($lifetime,)* $($param: $bound),*>)? {
            $lock_vis $lock: Lock,
            $(
                $(#[$field_meta])*
                #[guarded($lock)]
                $field_vis $field: $ty,
            )*
            $(#[condition($lock)] $condition: Condition,)*
        }
    };
}

monitor! {
    /// Written by a macro.
    #[derive(Debug, Default)]
    pub(crate) struct Written<'a, T: Clone> {
        pub(crate) mutex: Lock,
        /// A field.
        items: Vec<T>,
        pub(crate) name: Option<&'a str>,
        ; changed; emptied,
    }
}

#[tokio::test]
async fn a_struct_of_fragments() {
    let written = Written::<u8>::default();
    sync_block!(state = written.mutex, {
        state.items.push(1);
        state.name = Some("name");
        state.notify_all(&written.changed);
        state.notify_all(&written.emptied);
        assert_eq!((state.items.len(), state.name), (1, Some("name")));
    });
}

/// Several structs at once, whose names do not get in each other's way.
macro_rules! monitors {
    ($($name:ident($ty:ty)),*) => {
        $(
            #[guarded]
            #[derive(Debug, Default)]
            struct $name {
                lock: Lock,
                #[guarded(lock)]
                value: $ty,
            }

            impl $name {
                async fn set(&self, value: $ty) -> $ty {
                    sync_block!(state = self.lock, { std::mem::replace(&mut state.value, value) })
                }
            }
        )*
    };
}

monitors!(Small(u8), Large(Vec<Option<u64>>));

#[tokio::test]
async fn structs_in_a_repetition() {
    let (small, large) = (Small::default(), Large::default());
    assert_eq!(small.set(3).await, 0);
    assert_eq!(large.set(vec![None]).await, []);
    sync_block!(small = small.lock, large = large.lock, {
        large.value.push(Some(u64::from(small.value)));
        assert_eq!(large.value, [None, Some(3)]);
    });
}

/// The lock's name is the macro's own, as are the names that are made of it.
macro_rules! hidden_lock {
    ($name:ident, $state:ident, $value:expr) => {{
        #[guarded]
        struct $name {
            lock: Lock,
            #[guarded(lock)]
            value: u32,
        }
        let built = $name { lock: Lock::new($state { value: $value }) };
        sync_block!(state = built.lock, { state.value })
    }};
}

#[tokio::test]
async fn a_struct_in_an_expression() {
    assert_eq!(hidden_lock!(Hidden, HiddenLock, 4) + hidden_lock!(Other, OtherLock, 5), 9);
}

macro_rules! block_of {
    ($guard:ident = $lock:expr => $body:block) => { sync_block!($guard = $lock, $body) };
    ($guard:ident = $lock:expr => $value:expr) => { sync_block!($guard = $lock, { $value }) };
    (tokens $guard:tt = $lock:tt => $($body:tt)*) => { sync_block!($guard = $lock, { $($body)* }) };
    (statements $guard:ident = $lock:path => $($body:stmt;)*) => {
        sync_block!($guard = $lock, { $($body)* })
    };
    (nothing $lock:expr) => { sync_block!(_ = $lock, {}) };
    (literal $guard:ident = $lock:ident[$index:literal] => $body:block) => {
        sync_block!($guard = $lock[$index], $body)
    };
    (try $guard:ident = $lock:expr => $body:block $otherwise:block) => {
        match sync_block!($guard = $lock.now(), $body) {
            Ok(value) => value,
            Err(_) => $otherwise,
        }
    };
    (within $limit:expr, $guard:ident = $lock:expr => $body:block $otherwise:block) => {
        match sync_block!($guard = $lock.within($limit), $body) {
            Ok(value) => value,
            Err(_) => $otherwise,
        }
    };
    (all $($guard:ident = $lock:expr),+ => $body:block) => {
        sync_block!($($guard = $lock),+, $body)
    };
    (waits $guard:ident = $lock:expr, $condition:expr, $ready:expr => $body:block) => {
        sync_block!($guard = $lock, {
            $guard = $guard.wait_for(&$condition, $ready).await;
            $body
        })
    };
    (product $guard:ident = $lock:expr, $condition:expr, $factor:expr, $other:expr) => {
        sync_block!($guard = $lock, {
            $guard = $guard.wait_for(&$condition, |_| true).await;
            $factor * $other
        })
    };
}

#[tokio::test]
async fn blocks_of_fragments() {
    let (lock, others) = (Lock::new(1), [Lock::new(2), Lock::new(3)]);
    block_of!(value = lock => { *value += 1 });
    assert_eq!(block_of!(value = lock => *value * 2), 4);
    let doubled = block_of!(tokens value = lock => let copy = *value; copy * 2);
    assert_eq!(doubled, 4);
    block_of!(statements value = lock => let more = 2; *value += more;);
    block_of!(nothing & lock);
    assert_eq!(block_of!(literal value = others[1] => { *value }), 3);
    assert!(block_of!(try value = lock => { *value == 4 } { false }));
    let limit = Duration::from_secs(1);
    assert!(block_of!(within limit, value = others[0] => { *value == 2 } { false }));
    let sum = block_of!(all a = lock, b = others[0], c = &others[1] => { *a + *b + *c });
    assert_eq!(sum, 9);
    let written = Written::<u8>::default();
    let empty = block_of!(waits state = written.mutex, written.changed, |state| {
        state.items.is_empty()
    } => { state.items.len() });
    assert_eq!(empty, 0);
    assert_eq!(block_of!(product _state = written.mutex, written.changed, 1 + 2, 3 - 1), 6);
}

/// A macro with a receiver, and one that is defined inside of a block.
macro_rules! method {
    ($self:ident, $name:ident, $($step:expr),*) => {
        async fn $name(&$self) -> u8 {
            sync_block!(state = $self.lock, {
                macro_rules! step {
                    ($value:expr) => { state.value = state.value.wrapping_add($value) };
                }
                $(step!($step);)*
                state.value
            })
        }
    };
}

impl Small {
    method!(self, add_three, 1, 2);
}

#[tokio::test]
async fn a_method_of_fragments() {
    assert_eq!(Small::default().add_three().await, 3);
}

/// One macro in another, each with a guard of the same name.
macro_rules! add_to {
    ($lock:expr, $value:expr) => {
        sync_block!(state = $lock, {
            let value = $value;
            *state += value;
            *state
        })
    };
}

#[tokio::test]
async fn macros_in_macros() {
    let (one, other) = (Lock::new(1), Lock::new(10));
    assert_eq!(add_to!(one, add_to!(other, 100)), 111);
    let state = 5;
    assert_eq!(add_to!(one, state), 116);
}
