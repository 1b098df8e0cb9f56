//! One test for each shape: the input stands here, the expansion in the file of the same name.

use std::path::Path;

use proc_macro2::TokenStream;
use quote::quote;

use super::{expand_guarded, expand_sync_block};

fn compare(name: &str, expanded: TokenStream) {
    let file = syn::parse2(expanded).expect("the expansion parses");
    let expanded = prettyplease::unparse(&file);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("src/tests/{name}.expanded.rs"));
    if std::env::var_os("UNDERLOCK_BLESS").is_some() {
        std::fs::write(&path, &expanded).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        expected == expanded,
        "the expansion of `{name}` has changed; if it should, run the tests with \
         UNDERLOCK_BLESS=1 and look at the difference\n{expanded}"
    );
}

fn guarded(name: &str, arguments: &str, item: &str) {
    let (expanded, errors) = expand_guarded(arguments, item);
    assert_eq!(errors, [""; 0]);
    compare(name, expanded);
}

fn sync_block(name: &str, input: &str) {
    let (expanded, errors) = expand_sync_block(input);
    assert_eq!(errors, [""; 0]);
    compare(name, quote!(async fn expanded() { { #expanded } }));
}

/// A test for each of these, and the list of them.
macro_rules! shapes {
    ($(#[$doc:meta])* $list:ident: $of:ty => $compare:ident;
     $($name:ident: ($($input:expr),+ $(,)?);)*) => {
        $(#[$doc])*
        pub(super) const $list: &[$of] = &[$(($($input),+)),*];

        $(
            #[test]
            fn $name() {
                $compare(stringify!($name), $($input),+);
            }
        )*
    };
}

shapes! {
    /// The arguments and the struct.
    GUARDED: (&str, &str) => guarded;

    channel: (
        "",
        "#[derive(Debug)]
        pub struct Channel<T> {
            lock: Lock,
            #[guarded(lock)]
            items: VecDeque<T>,
            #[guarded(lock)]
            closed: bool,
            #[condition(lock)]
            not_empty: Condition,
            #[condition(lock)]
            not_full: Condition,
            capacity: usize,
        }",
    );

    declared: (
        "",
        "pub struct Channel<T, const MOST: usize> {
            lock: Lock,
            #[guarded(lock)]
            items: VecDeque<T>,
            #[condition(lock, when = |state| !state.items.is_empty())]
            not_empty: Condition,
            #[condition(lock)]
            changed: Condition,
            #[cfg(bounded)]
            #[condition(lock, when = |state| state.items.len() < MOST)]
            not_full: Condition,
        }",
    );

    two_locks: (
        "",
        "pub(crate) struct Pair<'a, 'guard: 'a, A: Into<B> + Clone, B = Vec<A>, const N: usize = 3>
        where
            B: Iterator<Item = A>,
            A: PartialEq<B> + Send,
        {
            /// What is read.
            pub(super) read_lock: underlock::Lock,
            #[guarded(read_lock)]
            /// By reference.
            read: &'a A,
            write_lock: Lock,
            #[guarded(write_lock)]
            pub written: Peekable<B>,
            #[guarded(write_lock)]
            borrowed: &'guard [u8; N],
            own: Lock<u32>,
        }",
    );

    conditions_only: (
        "",
        "struct Signal<T> {
            lock: Lock,
            #[condition(lock)]
            changed: Condition,
            value: T,
        }",
    );

    no_markers: (
        "no_markers", "struct Own { lock: Lock, #[guarded(lock)] value: u32 }",
    );

    another_path: (
        "crate = crate::sync::locks, no_markers",
        "struct Renamed { lock: Lock, #[guarded(lock)] value: u32 }",
    );

    cfg_on_a_parameter: (
        "no_markers",
        r#"#[derive(Debug)]
        pub struct Traced<'a, #[cfg(test)] #[cfg(feature = "trace")] T: Trace, U> {
            lock: Lock,
            #[guarded(lock)]
            value: &'a U,
            #[cfg(test)]
            #[cfg(feature = "trace")]
            #[guarded(lock)]
            trace: T,
        }"#,
    );

    cfg_everywhere: (
        "",
        r#"struct Cfg {
            lock: Lock,
            #[cfg(test)]
            #[guarded(lock)]
            counted: u32,
            #[guarded(lock)]
            always: u32,
            #[cfg(feature = "other")]
            other: Lock,
            #[cfg(feature = "other")]
            #[guarded(other)]
            extra: u32,
            #[cfg(feature = "other")]
            #[condition(other)]
            changed: Condition,
        }"#,
    );

    mentioned_by_cfg: (
        "",
        "struct Traced<'a, T: ?Sized + Trace, U> {
            lock: Lock,
            #[guarded(lock)]
            count: u32,
            #[guarded(lock)]
            last: U,
            #[cfg(feature = \"trace\")]
            #[guarded(lock)]
            trace: Vec<&'a T>,
            all: Vec<&'a T>,
        }",
    );

    own_type: (
        "",
        "struct Node<T, U> {
            lock: Lock,
            #[guarded(lock)]
            next: Option<Arc<Self>>,
            links: Lock,
            #[guarded(links)]
            array: [<U as Has<Self>>::Link; Self::LINKS],
            #[guarded(links)]
            tokens: tuple!(T, Self),
            other: PhantomData<U>,
        }",
    );

    raw_names: (
        "",
        "struct r#Raw { r#type: Lock, #[guarded(r#loop)] r#fn: u32, r#loop: Lock, \
         #[guarded(r#type)] r#match: u8, #[condition(r#type)] r#while: Condition }",
    );

    attributes: (
        "",
        "/// Documented.
        #[derive(Clone, Default, core::fmt::Debug, PartialEq)]
        #[allow(dead_code, reason = \"it is shown\")]
        #[expect(clippy::struct_field_names, reason = \"they are\")]
        #[must_use]
        #[repr(C)]
        #[non_exhaustive]
        #[doc(hidden)]
        pub struct Attributes {
            /// Entered first.
            lock: Lock,
            /// Moved with its documentation.
            #[debug(skip)]
            #[guarded(lock)]
            pub value: u32,
        }",
    );
}

shapes! {
    /// What stands between the parentheses.
    SYNC_BLOCK: &str => sync_block;

    plain: ("state = self.lock, { state.items.push(1); state.len() }");

    unnamed: ("_ = *lock, async { rest().await }");

    lock_of_a_call: ("state = self.lock_of(key)?, { state.len() }");

    waiting: (
        "mutable = self.lock, {
            (mutable, item) = mutable.wait_for_some(&self.c, |s| s.items.pop()).await;
            item
        }",
    );

    now_one: ("state = self.lock.now(), { Some(state.len()) }");

    now_several: ("a = x.lock, _ = y.lock(), c = z.now(), { return }");

    within_one: ("state = self.lock.within(self.limit), { 1 }");

    within_several: (
        "a = x.lock, b = y.lock.within(Duration::from_secs(1)), async { b.run(a).await }",
    );

    several: ("from = a.lock, to = b.lock, { from.sum -= 1; to.sum += 1; }");

    entered_again: (
        "permit = self.permits, {
            if true {
                sync_block!(other = &self.permits, lock = self.lock, { other })
            }
        }",
    );

    acquired_again: ("permit = self.permits, async { self.permits.acquire().await }");
}

/// Apart from the rest, for the words of these links do not stay as they are.
#[test]
fn links() {
    let item = "/// What is in [`Self::items`], of which there are [`Store::count`].
        struct Store {
            /// Guards [the items](Self::items).
            lock: Lock,
            /// Made by [`Self::new`]; see [`Self::count`].
            #[guarded(lock)]
            items: Vec<u8>,
            /// See [`items`](Self::items).
            count: usize,
        }";
    guarded("links", "no_markers", item);
}
