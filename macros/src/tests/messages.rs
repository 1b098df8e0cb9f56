//! Every mistake with what is said to it, and what is still there to use after it.

use proc_macro2::TokenStream;
use quote::quote;

use super::{expand_guarded, expand_sync_block};
use crate::{guarded, sync_block};

/// The messages about the fields of a struct `Store`.
fn said_of_fields(fields: &str) -> Vec<String> {
    said_of_item(&format!("struct Store {{ {fields} }}"))
}

fn said_of_item(item: &str) -> Vec<String> {
    let (expanded, messages) = expand_guarded("", item);
    let expanded = expanded.to_string();
    assert!(!expanded.contains("[guarded") && !expanded.contains("[condition"), "{expanded}");
    messages
}

fn said_of_arguments(arguments: &str) -> Vec<String> {
    expand_guarded(arguments, "struct Store { lock: Lock, #[guarded(lock)] x: u32 }").1
}

fn said_of_function(arguments: &str) -> Vec<String> {
    expand_guarded(arguments, "fn function() {}").1
}

fn said_of_block(input: &str) -> Vec<String> {
    expand_sync_block(input).1
}

macro_rules! says {
    ($($name:ident: $said:ident($input:expr) == [$($message:expr),* $(,)?];)*) => {$(
        #[test]
        fn $name() {
            let expected: &[&str] = &[$($message),*];
            assert_eq!($said($input), expected);
        }
    )*};
}

says! {
    other_arguments: said_of_arguments("markers = false, x") == [
        "`#[guarded]` on a struct takes no argument but `no_markers` and `crate = path`; which lock guards a field is said on the field: `#[guarded(lock)]`",
    ];

    lock_as_argument: said_of_arguments("lock") == [
        "`#[guarded]` on a struct takes no argument but `no_markers` and `crate = path`; which lock guards a field is said on the field: `#[guarded(lock)]`",
    ];

    argument_twice: said_of_arguments("no_markers, no_markers") == [
        "`no_markers` is written twice: leave one of them out",
    ];

    arguments_without_a_comma: said_of_arguments("no_markers; no_markers") == [
        "expected `,`",
    ];

    crate_twice: said_of_arguments("crate = a, no_markers, crate = b::c") == [
        "`crate` is written twice: leave one of them out",
    ];

    crate_as_text: said_of_arguments("crate = \"a\"") == [
        "`crate` is the path to `underlock` as this crate has it: write `crate = path::to::underlock`",
    ];

    crate_without_a_path: said_of_arguments("crate") == [
        "`#[guarded]` on a struct takes no argument but `no_markers` and `crate = path`; which lock guards a field is said on the field: `#[guarded(lock)]`",
    ];

    when_without_a_predicate: said_of_fields("lock: Lock, #[condition(lock, when)] c: Condition") == [
        "say when the condition is true, by a closure of what the lock guards: `#[condition(lock, when = |state| …)]`; or leave it out, for a condition that is notified by name",
    ];

    when_of_another_name: said_of_fields("lock: Lock, #[condition(lock, if = |s| true)] c: Condition") == [
        "say when the condition is true, by a closure of what the lock guards: `#[condition(lock, when = |state| …)]`; or leave it out, for a condition that is notified by name",
    ];

    more_than_when: said_of_fields("lock: Lock, #[condition(lock, when = |s| true, x)] c: Condition") == [
        "nothing comes after the predicate: write `#[condition(lock, when = |state| …)]`",
    ];

    predicate_by_name: said_of_fields("lock: Lock, #[condition(lock, when = Self::is_full)] c: Condition") == [
        "the predicate is a closure of what the lock guards: write `when = |state| Self::is_full(state)`",
    ];

    predicate_is_no_closure: said_of_fields("lock: Lock, #[condition(lock, when = true)] c: Condition") == [
        "the predicate is a closure of what the lock guards: write `when = |state| …`",
    ];

    predicate_without_a_state: said_of_fields("lock: Lock, #[condition(lock, when = || true)] c: Condition") == [
        "the predicate is a closure of what the lock guards, and of nothing else: write `when = |state| …`",
    ];

    predicate_that_awaits: said_of_fields("lock: Lock, #[condition(lock, when = async |s| s.x)] c: Condition") == [
        "a release of the lock asks the predicate, and awaits nothing: write `when = |state| …`",
    ];

    predicate_of_an_unguarded_field: said_of_fields("lock: Lock, #[guarded(lock)] x: u32, most: u32, #[condition(lock, when = |s| matches!(s.x, 1) && s.x < s.most)] c: Condition") == [
        "a predicate sees what `lock` guards, and nothing else: write `#[guarded(lock)]` above `most`, and `s.most` here",
    ];

    predicate_of_self: said_of_fields("lock: Lock, #[guarded(lock)] x: u32, most: u32, #[condition(lock, when = |s| self.x < self.most)] c: Condition") == [
        "a predicate sees what its lock guards, and not `self`: write `s.x`",
        "a predicate sees what `lock` guards, and nothing else: write `#[guarded(lock)]` above `most`, and `s.most` here",
    ];

    predicate_of_a_method_of_self: said_of_fields("lock: Lock, #[guarded(lock)] x: u32, #[condition(lock, when = |s| s.x < self.most())] c: Condition") == [
        "a predicate sees what `lock` guards, and nothing else: write `s` for `self`, and `#[guarded(lock)]` above the fields that it needs",
    ];

    predicate_of_another_lock: said_of_fields("a: Lock, b: Lock, #[guarded(a)] x: u32, #[guarded(b)] y: u32, #[condition(a, when = |s| s.x < s.y)] c: Condition") == [
        "a predicate sees what `a` guards, and `y` is guarded by `b`: guard both by one lock, or keep under `a` what the condition needs to know",
    ];

    predicate_of_this_module: said_of_fields("lock: Lock, #[guarded(lock)] x: u32, #[condition(lock, when = |s| self::is_right(s.x) && s.x.max(1) == 1)] c: Condition") == [];

    when_on_a_field: said_of_fields("lock: Lock, #[guarded(lock, when = |s| true)] x: u32") == [
        "say which lock guards the field, by the name of the lock's field: `#[guarded(lock)]`",
    ];

    an_enum: said_of_item("enum Either { One { lock: Lock, #[guarded(lock)] x: u32 } }") == [
        "`#[guarded]` needs a struct: an enum can't say which lock guards which field; put the enum in a field of a guarded struct",
    ];

    a_union: said_of_item("union Either { lock: Lock, #[guarded(lock)] x: u32 }") == [
        "`#[guarded]` needs a struct: a union has one field at a time; put the union in a field of a guarded struct",
    ];

    a_tuple_struct: said_of_item("struct Pair(Lock, #[guarded(lock)] u32);") == [
        "`#[guarded]` needs fields with names, since they name the lock that guards them: write `struct Name { lock: Lock, … }`",
    ];

    a_unit_struct: said_of_item("struct Unit;") == [
        "`#[guarded]` needs a struct with fields, of which a lock guards some: write `struct Name { lock: Lock, … }`",
    ];

    a_function: said_of_item("fn function() {}") == [
        "`#[guarded]` needs a struct with named fields",
    ];

    a_function_with_an_argument: said_of_function("lock") == [
        "`#[guarded]` needs a struct with named fields",
    ];

    a_mistyped_attribute: said_of_fields("lock: Lock, #[guarded_by(lock)] x: u32") == [
        "there is no attribute `guarded_by`; did you mean `#[guarded(lock)]`?",
    ];

    a_mistyped_attribute_of_a_condition: said_of_fields("lock: Lock, #[condvar(lock)] x: Condition") == [
        "there is no attribute `condvar`; did you mean `#[condition(lock)]`?",
    ];

    an_attribute_on_the_lock: said_of_fields("#[guarded(x)] lock: Lock, x: u32") == [
        "the attribute stands on the field that is guarded, and names the lock: write `#[guarded(lock)]` above `x`",
    ];

    a_mistyped_lock: said_of_fields("lock: Lock, #[guarded(lokc)] x: u32") == [
        "`Store` has no lock `lokc`; did you mean `lock`?",
    ];

    a_lock_that_is_not_there: said_of_fields("reads: Lock, writes: Lock, #[guarded(other)] x: u32, #[guarded(reads)] y: u32, #[guarded(writes)] z: u32") == [
        "`Store` has no lock `other`; the locks of `Store` are `reads` and `writes`",
    ];

    the_only_lock_is_named_otherwise: said_of_fields("mutex: Lock, #[guarded(lock)] x: u32") == [
        "`Store` has no lock `lock`; the lock of `Store` is `mutex`",
    ];

    no_lock_at_all: said_of_fields("#[guarded(lock)] x: u32") == [
        "`Store` has no lock `lock`: add the field `lock: Lock`",
    ];

    a_lock_behind_a_reference: said_of_fields("lock: &'a Lock, #[guarded(lock)] x: u32") == [
        "`lock` has to be a lock in the struct itself, and is `&'a Lock`: write `lock: Lock`, and share the struct where it was to be shared (`Arc<Store>`)",
    ];

    a_field_that_is_no_lock: said_of_fields("lock: Lock, #[guarded(count)] x: u32, count: usize, #[guarded(lock)] y: u32") == [
        "`count` is no lock: its type is `usize`, and a lock's is `Lock`; the lock of `Store` is `lock`",
    ];

    a_long_type_that_is_no_lock: said_of_fields("lock: Lock, #[guarded(sum)] x: u32, sum: Box<dyn Sum + Send>, #[guarded(lock)] y: u32") == [
        "`sum` is no lock: its type is `Box<dyn Sum + Send>`, and a lock's is `Lock`; the lock of `Store` is `lock`",
    ];

    a_lock_of_another_library: said_of_fields("lock: tokio::sync::Mutex<()>, #[guarded(lock)] x: u32, #[condition(lock)] y: Condition") == [
        "`lock` is not a `Lock`: its type is `tokio::sync::Mutex<()>`; write `lock: Lock`",
    ];

    a_field_that_is_no_lock_among_others: said_of_fields("#[guarded(count)] x: u32, count: usize") == [
        "`count` is no lock: its type is `usize`, and a lock's is `Lock`; add a field `lock: Lock`, and name that",
    ];

    no_lock_at_all_named_twice: said_of_fields("#[guarded(lock)] x: u32, #[guarded(lock)] y: u32") == [
        "`Store` has no lock `lock`: add the field `lock: Lock`",
    ];

    a_lock_with_a_value: said_of_fields("total: Lock<u32>, #[guarded(total)] x: u32") == [
        "`total` guards the value it owns (`Lock<u32>`) and no fields: write `total: Lock`, without a type, and the macro fills in the type",
    ];

    a_lock_that_guards_nothing: said_of_fields("lock: Lock, x: u32") == [
        "`lock` is a lock that guards nothing: write `#[guarded(lock)]` above the fields it guards, or `Lock<()>` if it is to guard none",
    ];

    nothing_guarded: said_of_fields("total: Lock<u32>, x: u32") == [
        "nothing in `Store` is guarded: add a field `lock: Lock`, and write `#[guarded(lock)]` above the fields it guards, or leave out `#[guarded]`",
    ];

    a_guarded_lock: said_of_fields("lock: Lock, #[guarded(lock)] inner: Lock, #[guarded(inner)] x: u32, #[guarded(lock)] y: u32") == [
        "a lock can't be guarded by a lock: nobody could enter `inner` but whoever holds `lock`; leave `inner` on its own, or write its type with what it owns (`Lock<()>`) to guard it like any other value",
    ];

    a_lock_guarded_by_itself: said_of_fields("#[guarded(lock)] lock: Lock, #[guarded(lock)] y: u32") == [
        "a lock can't guard itself: leave out the attribute, and write it above the fields that the lock guards",
    ];

    a_lock_guarded_by_a_shared_lock: said_of_fields("outer: Arc<Lock>, #[guarded(outer)] lock: Lock, #[guarded(lock)] y: u32") == [
        "`outer` has to be a lock in the struct itself, and is `Arc<Lock>`: write `outer: Lock`, and share the struct where it was to be shared (`Arc<Store>`)",
        "a lock can't be guarded by a lock: nobody could enter `lock` but whoever holds `outer`; leave `lock` on its own, or write its type with what it owns (`Lock<()>`) to guard it like any other value",
    ];

    locks_of_one_name: said_of_fields("write_lock: Lock, write__lock: Lock, #[guarded(write_lock)] x: u32, #[guarded(write__lock)] y: u32") == [
        "`write__lock` and `write_lock` both make `StoreWriteLock` the name of a type: rename one of the two locks",
    ];

    a_lock_and_a_guard_of_one_name: said_of_fields("a: Lock, a_guard: Lock, #[guarded(a)] x: u32, #[guarded(a_guard)] y: u32") == [
        "`a_guard` and `a` both make `StoreAGuard` the name of a type: rename one of the two locks",
    ];

    a_condition_on_no_condition: said_of_fields("lock: Lock, #[condition(lock)] x: Vec<u8>, #[guarded(lock)] y: u32") == [
        "`#[condition(lock)]` needs a field of type `Condition`, and `x` is `Vec<u8>`: to guard it by the lock, write `#[guarded(lock)]`",
    ];

    conditions_in_a_list: said_of_fields("lock: Lock, #[condition(lock)] x: Vec<Condition>, #[guarded(lock)] y: u32") == [
        "`#[condition(lock)]` needs a field of type `Condition`, and `x` is `Vec<Condition>`: each condition is a field of its own, in the struct itself",
    ];

    a_condition_with_a_value: said_of_fields("lock: Lock, #[condition(lock)] x: Condition<u8>, #[guarded(lock)] y: u32") == [
        "a condition that is written with a type owns its lock: write `Condition` to share `lock`, or leave out `#[condition(lock)]`",
    ];

    a_condition_without_attribute: said_of_fields("lock: Lock, changed: Condition, #[guarded(lock)] y: u32") == [
        "a `Condition` in a guarded struct says whose lock it shares: write `#[condition(lock)]` above it, or `Condition<()>` for one with a lock of its own; another library's is written with its path",
    ];

    a_condition_without_attribute_with_one_lock: said_of_fields("mutex: Lock, changed: Condition, #[guarded(mutex)] y: u32") == [
        "a `Condition` in a guarded struct says whose lock it shares: write `#[condition(mutex)]` above it, or `Condition<()>` for one with a lock of its own; another library's is written with its path",
    ];

    a_condition_without_attribute_with_two_locks: said_of_fields("a: Lock, b: Lock, changed: Condition, #[guarded(a)] x: u32, #[guarded(b)] y: u32") == [
        "a `Condition` in a guarded struct says whose lock it shares: write `#[condition(lock)]` above it, or `Condition<()>` for one with a lock of its own; another library's is written with its path",
    ];

    a_guarded_condition: said_of_fields("lock: Lock, #[guarded(lock)] changed: Condition, #[guarded(lock)] y: u32") == [
        "a condition shares its lock, and is not guarded by it: write `#[condition(lock)]`",
    ];

    a_lock_as_condition: said_of_fields("lock: Lock, #[condition(lock)] other: Lock, #[guarded(lock)] y: u32") == [
        "`#[condition(lock)]` needs a field of type `Condition`, and `other` is `Lock`: to guard it by the lock, write `#[guarded(lock)]`",
    ];

    guarded_without_lock: said_of_fields("lock: Lock, #[guarded] x: u32") == [
        "say which lock guards the field, by the name of the lock's field: `#[guarded(lock)]`",
    ];

    guarded_with_nothing: said_of_fields("lock: Lock, #[guarded()] x: u32") == [
        "say which lock guards the field, by the name of the lock's field: `#[guarded(lock)]`",
    ];

    guarded_with_text: said_of_fields("lock: Lock, #[guarded(\"lock\")] x: u32") == [
        "say which lock guards the field, by the name of the lock's field: `#[guarded(lock)]`",
    ];

    guarded_as_value: said_of_fields("lock: Lock, #[guarded = \"lock\"] x: u32") == [
        "say which lock guards the field, by the name of the lock's field: `#[guarded(lock)]`",
    ];

    guarded_by_a_path: said_of_fields("lock: Lock, #[guarded(self.lock)] x: u32") == [
        "say which lock guards the field, by the name of the lock's field: `#[guarded(lock)]`",
    ];

    guarded_by_two: said_of_fields("lock: Lock, #[guarded(lock, other)] x: u32") == [
        "say which lock guards the field, by the name of the lock's field: `#[guarded(lock)]`",
    ];

    condition_without_lock: said_of_fields("lock: Lock, #[condition] x: Condition, #[guarded(lock)] y: u32") == [
        "say which lock the condition shares, by the name of the lock's field: `#[condition(lock)]`",
    ];

    guarded_twice: said_of_fields("lock: Lock, #[guarded(lock)] #[guarded(lock)] x: u32") == [
        "a field is guarded by one lock only: keep one of the attributes",
    ];

    condition_twice: said_of_fields("lock: Lock, #[condition(lock)] #[condition(lock)] x: Condition") == [
        "a condition shares one lock only: keep one of the attributes",
    ];

    guarded_and_condition: said_of_fields("lock: Lock, #[guarded(lock)] #[condition(lock)] x: Condition") == [
        "a field is guarded by a lock or is a condition of it, not both: a condition needs no guarding, since only the lock's guard can use it",
    ];

    attributes_with_paths: said_of_fields("lock: Lock, #[underlock::guarded(lock)] x: u32, #[::a::condition(lock)] c: Condition") == [
        "`#[guarded]` reads this attribute on the field: write it without a path, `#[guarded(lock)]`",
        "`#[guarded]` reads this attribute on the field: write it without a path, `#[condition(lock)]`",
    ];

    guarded_behind_cfg_attr: said_of_fields("lock: Lock, #[cfg_attr(test, guarded(lock))] x: u32") == [
        "`guarded` can't be hidden in a `cfg_attr`: write `#[cfg(…)]` and `#[guarded(lock)]` on the field, as two attributes",
    ];

    condition_behind_two_cfg_attrs: said_of_fields("lock: Lock, #[cfg_attr(test, doc(hidden), cfg_attr(unix, condition(lock)))] x: Condition") == [
        "`condition` can't be hidden in a `cfg_attr`: write `#[cfg(…)]` and `#[condition(lock)]` on the field, as two attributes",
    ];

    types_of_a_trait: said_of_fields("lock: Lock, #[guarded(lock)] x: u32, other: <T as Of>::Lock, c: <T as Of>::Condition") == [];

    the_words_of_other_attributes: said_of_fields("lock: Lock, #[doc(alias, guarded)] #[cfg_attr(test, doc(alias, condition))] #[guarded(lock)] x: u32") == [];

    a_field_without_a_name: said_of_fields("lock: Lock, #[guarded(lock)] _: u32, #[guarded(lock)] y: u32") == [
        "each field has a name of its own, which `_` is not",
    ];

    everything_at_once: said_of_fields("lock: Lock, #[guarded(lokc)] x: u32, #[condition(lock)] y: u32, #[guarded] z: u32") == [
        "say which lock guards the field, by the name of the lock's field: `#[guarded(lock)]`",
        "`Store` has no lock `lokc`; did you mean `lock`?",
        "`#[condition(lock)]` needs a field of type `Condition`, and `y` is `u32`: to guard it by the lock, write `#[guarded(lock)]`",
    ];

    nothing: said_of_block("") == [
        "name a guard, its lock and a block: `sync_block!(state = self.lock, { … })`",
    ];

    only_a_name: said_of_block("state") == [
        "expected a name for the guard, as in `sync_block!(state = self.lock, { … })`",
    ];

    no_name: said_of_block("self.lock, { 1 }") == [
        "the guard needs a name: write `state = self.lock`, or `_ = self.lock` where it is not used",
    ];

    no_name_before_a_reference: said_of_block("&self.lock, { 1 }") == [
        "the guard needs a name: write `state = &self.lock`, or `_ = &self.lock` where it is not used",
    ];

    no_name_before_a_parenthesis: said_of_block("(self.lock), { 1 }") == [
        "the guard needs a name: write `state = (self.lock)`, or `_ = (self.lock)` where it is not used",
    ];

    no_name_before_a_dereference: said_of_block("*self.lock, { 1 }") == [
        "the guard needs a name: write `state = *self.lock`, or `_ = *self.lock` where it is not used",
    ];

    no_name_before_a_index: said_of_block("locks[0], { 1 }") == [
        "the guard needs a name: write `state = locks[0]`, or `_ = locks[0]` where it is not used",
    ];

    a_name_before_a_reference: said_of_block("state &self.lock, { 1 }") == [
        "expected a name for the guard, as in `sync_block!(state = self.lock, { … })`",
    ];

    a_sum: said_of_block("a + b, { 1 }") == [
        "expected a name for the guard, as in `sync_block!(state = self.lock, { … })`",
    ];

    a_comparison_without_a_name: said_of_block("self.a == b, { 1 }") == [
        "expected a name for the guard, as in `sync_block!(state = self.lock, { … })`",
    ];

    a_reference_to_no_name: said_of_block("&mut self.a = self.lock, { 1 }") == [
        "expected a name for the guard, as in `sync_block!(state = self.lock, { … })`",
    ];

    a_word_after_the_lock: said_of_block("state = self.lock other, { 1 }") == [
        "expected `,` and the block: `sync_block!(state = self.lock, { … })`",
    ];

    acquired_again_in_an_inner_async_block: said_of_block("a = self.lock, { sync_block!(b = self.other, async { self.lock.acquire().await; }) }") == [
        "`self.lock` is held here already: use its guard `a` instead of acquiring it again, or end the block first",
    ];

    // The inner block says it.
    acquired_again_in_an_inner_block: said_of_block("a = self.lock, { sync_block!(b = self.other, { self.lock.acquire().await; }) }") == [
    ];

    one_name_alone: said_of_block("LOCK, { 1 }") == [
        "the guard and its lock are both named: write `state = LOCK` if `LOCK` is the lock, or `LOCK = self.lock` if it is to be the guard",
    ];

    one_name_alone_that_is_of_a_guard: said_of_block("state, { 1 }") == [
        "the guard and its lock are both named: write `guard = state` if `state` is the lock, or `state = self.lock` if it is to be the guard",
    ];

    no_lock: said_of_block("state =, { 1 }") == [
        "after `=` comes the lock: `state = self.lock`",
    ];

    no_lock_at_the_end: said_of_block("state =") == [
        "after `=` comes the lock: `state = self.lock`",
    ];

    no_block: said_of_block("state = self.lock") == [
        "the block is missing: write `, { … }` after the lock",
    ];

    an_expression_for_a_block: said_of_block("state = self.lock, state.x += 1") == [
        "the block stands in braces: `sync_block!(state = self.lock, { … })`",
    ];

    no_arrow: said_of_block("state = self.lock { 1 }") == [
        "a `,` stands before the block: `sync_block!(state = self.lock, { … })`",
    ];

    no_arrow_after_a_static: said_of_block("state = LOCK { 1 }") == [
        "a `,` stands before the block: `sync_block!(state = LOCK, { … })`",
    ];

    another_arrow: said_of_block("state = self.lock -> { 1 }") == [
        "a `,` stands before the block: `sync_block!(state = self.lock, { … })`",
    ];

    a_colon_for_the_arrow: said_of_block("state = self.lock: { 1 }") == [
        "a `,` stands before the block: `sync_block!(state = self.lock, { … })`",
    ];

    no_comma_between_locks: said_of_block("state = self.lock other = x.lock, { 1 }") == [
        "several locks are separated by `,`",
    ];

    no_arrow_before_async: said_of_block("state = self.lock async { 1 }") == [
        "a `,` stands before the block: `sync_block!(state = self.lock, async { … })`",
    ];

    a_semicolon: said_of_block("state = self.lock; other = x.lock, { 1 }") == [
        "several locks are separated by `,`",
    ];

    another_word: said_of_block("state = self.lock in { 1 }") == [
        "expected `,` and the block: `sync_block!(state = self.lock, { … })`",
    ];

    a_let: said_of_block("let state = self.lock, { 1 }") == [
        "the guard is bound without `let`: write `state = self.lock`",
    ];

    a_type: said_of_block("state: Guard = self.lock, { 1 }") == [
        "the guard's type follows from the lock: write `state = self.lock`, without a type",
    ];

    a_comparison: said_of_block("state == self.lock, { 1 }") == [
        "the guard is bound by `=`: write `state = self.lock`",
    ];

    another_sign: said_of_block("state := self.lock, { 1 }") == [
        "the guard is bound by `=`: write `state = self.lock`",
    ];

    a_pattern: said_of_block("(a, b) = self.lock, { 1 }") == [
        "the guard is bound by a name: write `state = self.lock`, and take it apart inside the block",
    ];

    patterns_of_locks: said_of_block("(a, b) = (self.lock, other.lock), { 1 }") == [
        "several locks are separated by `,`: write `a = self.lock, b = other.lock`",
    ];

    another_sign_between_locks: said_of_block("a = self.lock & b = other.lock, { 1 }") == [
        "several locks are separated by `,`",
    ];

    a_reference: said_of_block("&mut state = self.lock, { 1 }") == [
        "the guard is bound by its name alone: write `state = self.lock`",
    ];

    the_lock_first: said_of_block("self.lock = state, { 1 }") == [
        "the guard's name comes first: write `state = self.lock`",
    ];

    a_place_for_a_name: said_of_block("self.state = self.lock, { 1 }") == [
        "expected a name for the guard, as in `sync_block!(state = self.lock, { … })`",
    ];

    a_number_for_a_name: said_of_block("1 = self.lock, { 1 }") == [
        "expected a name for the guard, as in `sync_block!(state = self.lock, { … })`",
    ];

    in_for_the_equals_sign: said_of_block("state in self.lock, { 1 }") == [
        "the guard is bound by `=`: write `state = self.lock`",
    ];

    as_for_the_equals_sign: said_of_block("self.lock as state, { 1 }") == [
        "the guard is bound by `=`: write `state = self.lock`",
    ];

    with_and_as: said_of_block("with self.lock as state, { 1 }") == [
        "the guard is bound by `=`: write `state = self.lock`",
    ];

    with_alone: said_of_block("with &self.lock, { 1 }") == [
        "the guard needs a name: write `state = &self.lock`, or `_ = &self.lock` where it is not used",
    ];

    a_word_before_the_name: said_of_block("with state = self.lock, { 1 }") == [
        "the guard's name comes first: leave out `with`",
    ];

    async_before_the_name: said_of_block("async state = self.lock, { 1 }") == [
        "the guard's name comes first: leave out `async`; a block that awaits is `async { … }`",
    ];

    mut_name: said_of_block("mut state = self.lock, { 1 }") == [
        "the guard is bound mutably already: leave out `mut`",
    ];

    async_move: said_of_block("state = self.lock, async move { 1 }") == [
        "the block runs in place, so there is nothing to move things into: leave out `move`",
    ];

    move_alone: said_of_block("state = self.lock, move { 1 }") == [
        "the block stands in braces: `sync_block!(state = self.lock, { … })`",
    ];

    the_arrow_of_before: said_of_block("state = self.lock => { 1 }") == [
        "a `,` stands before the block: write `sync_block!(state = self.lock, { … })`",
    ];

    the_arrow_of_before_with_async: said_of_block("state = self.lock => async { 1 }") == [
        "a `,` stands before the block: write `sync_block!(state = self.lock, async { … })`",
    ];

    the_arrow_of_before_after_a_comma: said_of_block("a = x.lock, b = y.lock, => { 1 }") == [
        "a `,` stands before the block: write `sync_block!(a = x.lock, b = y.lock, { … })`",
    ];

    try_of_before: said_of_block("try state = self.lock => { 1 } else { 2 }") == [
        "`try` is the method `now` of the lock: write `sync_block!(state = self.lock.now(), { … })`; the block's value is a `Result`, in the place of `else`",
    ];

    try_of_before_with_several: said_of_block("try a = x.lock, _ = y.lock => { 1 } else { 2 }") == [
        "`try` is the method `now` of the lock: write `sync_block!(a = x.lock, _ = y.lock.now(), { … })`; the block's value is a `Result`, in the place of `else`",
    ];

    try_with_a_comma: said_of_block("try state = self.lock, { 1 }") == [
        "`try` is the method `now` of the lock: write `sync_block!(state = self.lock.now(), { … })`; the block's value is a `Result`, in the place of `else`",
    ];

    within_of_before: said_of_block("state = self.lock within limit => async { 1 } else { 2 }") == [
        "`within` is a method of the lock: write `sync_block!(state = self.lock.within(limit), async { … })`; the block's value is a `Result`, in the place of `else`",
    ];

    within_with_a_comma: said_of_block("state = self.lock within limit, { 1 }") == [
        "`within` is a method of the lock: write `sync_block!(state = self.lock.within(limit), { … })`; the block's value is a `Result`, in the place of `else`",
    ];

    within_without_time: said_of_block("state = self.lock within => { 1 }") == [
        "expected `,` and the block: `sync_block!(state = self.lock, { … })`",
    ];

    else_of_before: said_of_block("state = self.lock.now(), { 1 } else { 2 }") == [
        "a block has no `else`: end its last head in `.now()` or `.within(…)`, and its value is a `Result`",
    ];

    a_limit_on_the_first_lock: said_of_block("a = x.lock.within(limit), b = y.lock, { 1 }") == [
        "a limit holds for all locks of a block, and stands on the last one: write `a = x.lock`, …, `b = y.lock.within(…)`",
    ];

    now_on_the_first_lock: said_of_block("_ = x.lock.now(), b = y.lock, { 1 }") == [
        "a limit holds for all locks of a block, and stands on the last one: write `_ = x.lock`, …, `b = y.lock.now()`",
    ];

    two_limits: said_of_block("a = x.lock.now(), b = y.lock.now(), { 1 }") == [
        "a limit holds for all locks of a block, and stands on the last one: leave out this `.now`, `y.lock.now()` has the limit already",
    ];

    if_for_a_block: said_of_block("state = self.lock, if true { 1 } else { 2 }") == [
        "the block stands in braces: `sync_block!(state = self.lock, { … })`",
    ];

    a_wait_in_a_block_of_several: said_of_block("a = x.lock, b = y.lock, { a = a.wait(&x.changed).await; }") == [
        "this wait lets go of `x.lock` alone, and `y.lock` is held meanwhile: wait in a block of `x.lock` first, or write `async { … }` if others may be kept waiting",
    ];

    a_wait_in_a_nested_block_of_several: said_of_block("z = z.lock, { sync_block!(a = x.lock, b = y.lock, { a = a.wait(&x.changed).await; }) }") == [
    ];

    something_after_the_block: said_of_block("state = self.lock, { 1 }; 3") == [
        "nothing may follow the block: end `sync_block!(…)` after it",
    ];

    several_at_once: said_of_block("mut state = self.lock, async move { 1 } else { 2 }") == [
        "the guard is bound mutably already: leave out `mut`",
        "the block runs in place, so there is nothing to move things into: leave out `move`",
        "a block has no `else`: end its last head in `.now()` or `.within(…)`, and its value is a `Result`",
    ];

    one_name_twice: said_of_block("a = x.lock, a = y.lock, { 1 }") == [
        "`a` is bound twice: give each guard a name of its own",
    ];

    one_lock_twice: said_of_block("a = self.lock, b = &(self.lock), { 1 }") == [
        "`&(self.lock)` is named twice, and this would deadlock: leave one of them out",
    ];

    one_lock_twice_among_more: said_of_block("a = x, b = y, c = x, d = y, { 1 }") == [
        "`x` is named twice, and this would deadlock: leave one of them out",
        "`y` is named twice, and this would deadlock: leave one of them out",
    ];

    an_await: said_of_block("state = self.lock, { state.x = fetch().await; }") == [
        "`self.lock` is held here, and a block without `async` awaits nothing but its guard's own waits (`state.wait(…)`): move this `.await` out of the block, or write `async { … }` if others may be kept waiting",
    ];

    two_awaits: said_of_block("state = self.lock, { a.await + b.await }") == [
        "`self.lock` is held here, and a block without `async` awaits nothing but its guard's own waits (`state.wait(…)`): move this `.await` out of the block, or write `async { … }` if others may be kept waiting",
        "`self.lock` is held here, and a block without `async` awaits nothing but its guard's own waits (`state.wait(…)`): move this `.await` out of the block, or write `async { … }` if others may be kept waiting",
    ];

    an_await_without_a_guard: said_of_block("_ = self.lock, { fetch().await }") == [
        "`self.lock` is held here, and a block without `async` awaits nothing meanwhile: move this `.await` out of the block, or write `async { … }` if others may be kept waiting",
    ];

    an_await_with_two_locks: said_of_block("a = x.lock, b = y.lock, { fetch().await }") == [
        "`x.lock` and `y.lock` are held here, and a block without `async` awaits nothing but its guards' own waits (`a.wait(…)`): move this `.await` out of the block, or write `async { … }` if others may be kept waiting",
    ];

    the_same_lock_acquired: said_of_block("state = self.lock, { let again = self.lock.acquire().await; }") == [
        "`self.lock` is held here already: use its guard `state` instead of acquiring it again, or end the block first",
    ];

    the_same_lock_acquired_without_a_name: said_of_block("_ = self.lock, { (&self.lock).acquire().await.x }") == [
        "`self.lock` is held here already: give its guard a name, and use that instead of acquiring it again, or end the block first",
    ];

    the_same_lock_acquired_in_other_words: said_of_block("state = node.lock, { (*node).lock.acquire().await; }") == [
        "`(*node).lock` is held here already, entered as `node.lock`: use its guard `state` instead of acquiring it again, or end the block first",
    ];

    another_lock_of_the_same_name_acquired: said_of_block("state = lock, { let lock = other(); lock.acquire().await; }") == [
        "`lock` is held here, and a block without `async` awaits nothing but its guard's own waits (`state.wait(…)`): enter `lock` in the head of this block, too, or by a `sync_block!` inside it, or write `async { … }` if others may be kept waiting",
    ];

    another_lock_acquired: said_of_block("state = self.lock, { let other = self.other().acquire().await; }") == [
        "`self.lock` is held here, and a block without `async` awaits nothing but its guard's own waits (`state.wait(…)`): enter `self.other()` in the head of this block, too, or by a `sync_block!` inside it, or write `async { … }` if others may be kept waiting",
    ];

    a_wait_with_a_predicate_on_something_else: said_of_block("state = self.lock, { while !state.ready { state = self.ready.wait_for(|state| state.ready).await; } }") == [
        "`self.lock` is held here, and a block without `async` awaits nothing but its guard's own waits (`state.wait(…)`): write `state = state.wait_for(&self.ready, …).await` if `self.ready` is a condition, move this `.await` out of the block if it is not, or write `async { … }` if others may be kept waiting",
    ];

    a_wait_with_a_result_on_something_else: said_of_block("state = self.lock, { let item = self.added.wait_for_some(|state| state.items.pop()).await; }") == [
        "`self.lock` is held here, and a block without `async` awaits nothing but its guard's own waits (`state.wait(…)`): write `(state, item) = state.wait_for_some(&self.added, …).await` if `self.added` is a condition, move this `.await` out of the block if it is not, or write `async { … }` if others may be kept waiting",
    ];

    a_wait_with_a_limit_on_something_else: said_of_block("state = self.lock, { (state, _) = self.ready.wait_for(f).within(limit).await; }") == [
        "`self.lock` is held here, and a block without `async` awaits nothing but its guard's own waits (`state.wait(…)`): write `(state, met) = state.wait_for(&self.ready, …).within(…).await` if `self.ready` is a condition, move this `.await` out of the block if it is not, or write `async { … }` if others may be kept waiting",
    ];

    a_limit_on_something_else: said_of_block("state = self.lock, { fetch().within(limit).await; }") == [
        "`self.lock` is held here, and a block without `async` awaits nothing but its guard's own waits (`state.wait(…)`): move this `.await` out of the block, or write `async { … }` if others may be kept waiting",
    ];

    a_wait_with_a_limit_that_is_awaited: said_of_block("state = self.lock, { (state, _) = state.wait(&self.c).within(limit().await).await; }") == [
        "`self.lock` is held here, and a block without `async` awaits nothing but its guard's own waits (`state.wait(…)`): move this `.await` out of the block, or write `async { … }` if others may be kept waiting",
    ];

    a_wait_with_a_limit_while_another_lock_is_held: said_of_block("a = x.lock, b = y.lock, { (a, _) = a.wait(&x.c).within(limit).await; }") == [
        "this wait lets go of `x.lock` alone, and `y.lock` is held meanwhile: wait in a block of `x.lock` first, or write `async { … }` if others may be kept waiting",
    ];

    a_wait_on_what_was_entered: said_of_block("ready = condition, { condition.wait().await; }") == [
        "`condition` is held here, and a block without `async` awaits nothing but its guard's own waits (`ready.wait(…)`): write `ready = ready.wait().await` if `condition` is a condition, move this `.await` out of the block if it is not, or write `async { … }` if others may be kept waiting",
    ];

    a_wait_with_two_guards: said_of_block("a = x.lock, b = y.lock, { x.ready.wait().await; }") == [
        "`x.lock` and `y.lock` are held here, and a block without `async` awaits nothing but its guards' own waits (`a.wait(…)`): move this `.await` out of the block, or write `async { … }` if others may be kept waiting",
    ];

    a_wait_on_something_else: said_of_block("state = self.lock, { other.wait(&self.c).await; self.state.wait(&self.c).await; state.run().await; }") == [
        "`self.lock` is held here, and a block without `async` awaits nothing but its guard's own waits (`state.wait(…)`): move this `.await` out of the block, or write `async { … }` if others may be kept waiting",
        "`self.lock` is held here, and a block without `async` awaits nothing but its guard's own waits (`state.wait(…)`): write `state = state.wait(&self.state).await` if `self.state` is a condition, move this `.await` out of the block if it is not, or write `async { … }` if others may be kept waiting",
        "`self.lock` is held here, and a block without `async` awaits nothing but its guard's own waits (`state.wait(…)`): move this `.await` out of the block, or write `async { … }` if others may be kept waiting",
    ];

    a_wait_for_what_is_awaited: said_of_block("state = self.lock, { state = state.wait(x.await).await; }") == [
        "`self.lock` is held here, and a block without `async` awaits nothing but its guard's own waits (`state.wait(…)`): move this `.await` out of the block, or write `async { … }` if others may be kept waiting",
    ];

    await_in_a_try_block: said_of_block("state = self.lock.now(), { fetch().await }") == [
        "`self.lock` is held here, and a block without `async` awaits nothing but its guard's own waits (`state.wait(…)`): move this `.await` out of the block, or write `async { … }` if others may be kept waiting",
    ];

    await_in_control_flow: said_of_block("state = self.lock, { if a.await { loop { match b { _ => c.await? } } } while d.await {} }") == [
        "`self.lock` is held here, and a block without `async` awaits nothing but its guard's own waits (`state.wait(…)`): move this `.await` out of the block, or write `async { … }` if others may be kept waiting",
        "`self.lock` is held here, and a block without `async` awaits nothing but its guard's own waits (`state.wait(…)`): move this `.await` out of the block, or write `async { … }` if others may be kept waiting",
        "`self.lock` is held here, and a block without `async` awaits nothing but its guard's own waits (`state.wait(…)`): move this `.await` out of the block, or write `async { … }` if others may be kept waiting",
    ];

    await_in_a_macro: said_of_block("state = self.lock, { println!(\"{}\", x.await); }") == [
        "`self.lock` is held here, and a block without `async` awaits nothing but its guard's own waits (`state.wait(…)`): move this `.await` out of the block, or write `async { … }` if others may be kept waiting",
    ];

    await_in_an_unknown_macro: said_of_block("state = self.lock, { matches!(x.await, Some(_) if true); }") == [
        "`self.lock` is held here, and a block without `async` awaits nothing but its guard's own waits (`state.wait(…)`): move this `.await` out of the block, or write `async { … }` if others may be kept waiting",
    ];

    macros_that_await: said_of_block("state = self.lock, { tokio::join!(a, b); select! { a = b => {} } }") == [
        "`self.lock` is held here, and a block without `async` awaits nothing but its guard's own waits (`state.wait(…)`): move `join!`, which awaits, out of the block, or write `async { … }` if others may be kept waiting",
        "`self.lock` is held here, and a block without `async` awaits nothing but its guard's own waits (`state.wait(…)`): move `select!`, which awaits, out of the block, or write `async { … }` if others may be kept waiting",
    ];

    a_guard_not_taken_back: said_of_block("state = self.lock, { if state.x { state.wait(&self.c).await; state.y = 1; } while state.items.is_empty() { state.wait_for(&self.c, |s| s.x).await; } state.wait_for_some(&self.c, f).await; state.len() }") == [
        "a wait takes the guard and gives it back: write `state = state.wait(&self.c).await`",
        "a wait takes the guard and gives it back: write `state = state.wait_for(&self.c, …).await`",
        "a wait takes the guard and gives it back: write `(state, item) = state.wait_for_some(&self.c, f).await`",
    ];

    a_guard_of_its_own_lock_not_taken_back: said_of_block("ready = condition, { ready.wait().await; drop(ready); }") == [
        "a wait takes the guard and gives it back: write `ready = ready.wait().await`",
    ];

    macros_that_can_only_await: said_of_block("state = self.lock, { select! { biased; () = a => {} } select_biased! { x = a => b, c => d } select! { Some(_) = a => {} }; join!(async { 1 }, b); futures::pending!(); futures::poll!(a); }") == [
        "`self.lock` is held here, and a block without `async` awaits nothing but its guard's own waits (`state.wait(…)`): move `select!`, which awaits, out of the block, or write `async { … }` if others may be kept waiting",
        "`self.lock` is held here, and a block without `async` awaits nothing but its guard's own waits (`state.wait(…)`): move `select_biased!`, which awaits, out of the block, or write `async { … }` if others may be kept waiting",
        "`self.lock` is held here, and a block without `async` awaits nothing but its guard's own waits (`state.wait(…)`): move `select!`, which awaits, out of the block, or write `async { … }` if others may be kept waiting",
        "`self.lock` is held here, and a block without `async` awaits nothing but its guard's own waits (`state.wait(…)`): move `join!`, which awaits, out of the block, or write `async { … }` if others may be kept waiting",
        "`self.lock` is held here, and a block without `async` awaits nothing but its guard's own waits (`state.wait(…)`): move `pending!`, which awaits, out of the block, or write `async { … }` if others may be kept waiting",
        "`self.lock` is held here, and a block without `async` awaits nothing but its guard's own waits (`state.wait(…)`): move `poll!`, which awaits, out of the block, or write `async { … }` if others may be kept waiting",
    ];

    await_after_a_release_elsewhere: said_of_block("state = self.lock, { if done { drop(state); return; } a.await; state.release(); state = other; b.await; { drop(state); } c.await; }") == [
        "`self.lock` is held here, and a block without `async` awaits nothing but its guard's own waits (`state.wait(…)`): move this `.await` out of the block, or write `async { … }` if others may be kept waiting",
        "`self.lock` is held here, and a block without `async` awaits nothing but its guard's own waits (`state.wait(…)`): move this `.await` out of the block, or write `async { … }` if others may be kept waiting",
        "`self.lock` is held here, and a block without `async` awaits nothing but its guard's own waits (`state.wait(…)`): move this `.await` out of the block, or write `async { … }` if others may be kept waiting",
    ];

    await_of_what_only_borrows_the_guard: said_of_block("state = self.lock, { show(&state).await; state.run(x).await; run(|| state).await; show(state.items).await; }") == [
        "`self.lock` is held here, and a block without `async` awaits nothing but its guard's own waits (`state.wait(…)`): let the helper take `state` and give it back, as in `state = helper(state).await`, or write `async { … }` if others may be kept waiting",
        "`self.lock` is held here, and a block without `async` awaits nothing but its guard's own waits (`state.wait(…)`): move this `.await` out of the block, or write `async { … }` if others may be kept waiting",
        "`self.lock` is held here, and a block without `async` awaits nothing but its guard's own waits (`state.wait(…)`): move this `.await` out of the block, or write `async { … }` if others may be kept waiting",
        "`self.lock` is held here, and a block without `async` awaits nothing but its guard's own waits (`state.wait(…)`): move this `.await` out of the block, or write `async { … }` if others may be kept waiting",
    ];

    a_helper_of_one_of_several: said_of_block("a = x.lock, b = y.lock, { a = helper(a).await; }") == [
        "this wait lets go of `x.lock` alone, and `y.lock` is held meanwhile: wait in a block of `x.lock` first, or write `async { … }` if others may be kept waiting",
    ];

    a_helper_in_a_nested_block: said_of_block("a = x.lock, { sync_block!(b = y.lock, { b = helper(b).await; }) }") == [
        "this wait lets go of `y.lock` alone, and `x.lock` is held meanwhile: end the outer block first, or make it `async { … }` if others may be kept waiting",
    ];

    await_in_a_nested_async_block: said_of_block("a = x.lock, { sync_block!(b = y.lock, async { fetch().await }) }") == [
        "`x.lock` is held here, and a block without `async` awaits nothing but its guard's own waits (`a.wait(…)`): move this `.await` out of the block, or write `async { … }` if others may be kept waiting",
    ];

    wait_in_a_nested_block: said_of_block("a = x.lock, { sync_block!(b = y.lock, { b = b.wait(&y.c).await; }) }") == [
        "this wait lets go of `y.lock` alone, and `x.lock` is held meanwhile: end the outer block first, or make it `async { … }` if others may be kept waiting",
    ];

    await_around_a_nested_block: said_of_block("a = x.lock, { sync_block!(b = y.of().await.within(z.await), { 1 }).or(e.await) }") == [
        "`x.lock` is held here, and a block without `async` awaits nothing but its guard's own waits (`a.wait(…)`): move this `.await` out of the block, or write `async { … }` if others may be kept waiting",
        "`x.lock` is held here, and a block without `async` awaits nothing but its guard's own waits (`a.wait(…)`): move this `.await` out of the block, or write `async { … }` if others may be kept waiting",
        "`x.lock` is held here, and a block without `async` awaits nothing but its guard's own waits (`a.wait(…)`): move this `.await` out of the block, or write `async { … }` if others may be kept waiting",
    ];

    a_wait_on_what_has_the_guards_name: said_of_block("state = self.lock, { state = state.wait(&self.c).await; if let Some(state) = &self.event { state.wait().await; } for state in &self.events { state.wait().await; } match self.event { state => state.wait().await } let state = &state.event; state.wait().await; }") == [
        "`self.lock` is held here, and a block without `async` awaits nothing but its guard's own waits (`state.wait(…)`): move this `.await` out of the block, or write `async { … }` if others may be kept waiting",
        "`self.lock` is held here, and a block without `async` awaits nothing but its guard's own waits (`state.wait(…)`): move this `.await` out of the block, or write `async { … }` if others may be kept waiting",
        "`self.lock` is held here, and a block without `async` awaits nothing but its guard's own waits (`state.wait(…)`): move this `.await` out of the block, or write `async { … }` if others may be kept waiting",
        "`self.lock` is held here, and a block without `async` awaits nothing but its guard's own waits (`state.wait(…)`): move this `.await` out of the block, or write `async { … }` if others may be kept waiting",
    ];

    a_wait_on_what_is_no_guard_any_more: said_of_block("state = self.lock, { { let state = self.event(1); state.wait().await; } let state = made(of); state.wait().await; }") == [
        "`self.lock` is held here, and a block without `async` awaits nothing but its guard's own waits (`state.wait(…)`): move this `.await` out of the block, or write `async { … }` if others may be kept waiting",
        "`self.lock` is held here, and a block without `async` awaits nothing but its guard's own waits (`state.wait(…)`): move this `.await` out of the block, or write `async { … }` if others may be kept waiting",
    ];

    await_in_tokens: said_of_block("state = self.lock, { custom!(x.await => state.wait(c).await => a.state.wait(c).await => tokio::join!(1)) }") == [
        "`self.lock` is held here, and a block without `async` awaits nothing but its guard's own waits (`state.wait(…)`): move this `.await` out of the block, or write `async { … }` if others may be kept waiting",
        "`self.lock` is held here, and a block without `async` awaits nothing but its guard's own waits (`state.wait(…)`): move this `.await` out of the block, or write `async { … }` if others may be kept waiting",
        "`self.lock` is held here, and a block without `async` awaits nothing but its guard's own waits (`state.wait(…)`): move `join!`, which awaits, out of the block, or write `async { … }` if others may be kept waiting",
    ];
}

#[test]
fn what_follows_from_a_mistake_is_not_reported() {
    let messages = expand_guarded("lock", "struct Store { lock: Lock, x: u32 }").1;
    assert_eq!(messages.len(), 1, "{messages:?}");
    let messages = said_of_fields("a: Lock, b: Lock, #[guarded(a)] #[guarded(b)] x: u32");
    assert_eq!(messages, ["a field is guarded by one lock only: keep one of the attributes"]);
}

#[test]
fn attributes_of_others_are_left_to_them() {
    let fields = "lock: Lock, #[guarded(lock)] #[serde(lock)] x: u32, #[guard(max)] y: u32";
    assert_eq!(said_of_fields(fields), [""; 0]);
}

#[test]
fn what_is_allowed_is_not_reported() {
    for input in [
        "state = self.lock, { state = state.wait(&self.c).await; (state, x) = state.wait_for_some(&self.c, |s| s.pop()).await; (state).wait_for(&self.c, f).await }",
        "state = self.lock, { let met; (state, met) = state.wait_for(&self.c, f).within(limit).await; let (state, x) = state.wait_for_some(&self.c, f).within(limit).await; state.wait(&self.c).within(limit).await; }",
        "state = self.lock, { custom!(state.wait(c).within(limit).await => state.wait(c).await) }",
        "a = x.lock, b = y.lock, async { a = a.wait(&x.c).await; b = b.wait(&y.c).await; }",
        "state = self.lock, async { fetch().await }",
        "state = self.lock, { state.wait(&self.c).await; }",
        "state = self.lock, { if done { state.wait(&self.c).await; return; } state.wait(&self.c).await }",
        "state = self.lock, { loop { state.wait(&self.c).await; break; } }",
        "state = self.lock, { state = helper(state).await; (state, x) = self.helper(1, state).await?; Box::pin(run((state))).await; timeout(LIMIT, state.wait(&self.c)).await; }",
        "a = x.lock, b = y.lock, { (a, b) = helper(a, b).await; }",
        "a = x.lock, { sync_block!(b = y.lock, async { (a, b) = helper((a, b)).await; }) }",
        "state = self.lock, { state.count(); drop(state); fetch().await; self.lock.acquire().await; tokio::join!(a, b) }",
        "a = x.lock, b = y.lock, { a.release(); std::mem::drop(b); fetch().await; }",
        "state = self.lock, { join!(\"a\", state.b); self::join!(async { 1 }); crossbeam_channel::select! { recv(x) -> y => z = y, default => {} } }",
        "state = self.lock, { select! { recv(x) -> y => z = y } poll!(x); pending!(); select!(id, name from users); try_join!(a, b) }",
        "state = self.lock, { spawn(async { x.await }); spawn(async move { y.await }); let f = async || z.await; let g = || async { 1.await }; async fn h() { x.await } }",
        "state = self.lock, { custom!(async move { x.await } => async { y.await } => move |x| { z.await } => state.wait(c).await => async fn f() { x.await }) }",
        "state = self.lock, { sync_block!(b = y.lock, { 1 }) }",
        "state = self.lock, { sync_block!(b = y.lock, { fetch().await }) }",
        "state = self.lock, { sync_block!(b = y.lock, async { state = state.wait(&self.c).await; }) }",
        "state = self.lock, { sync_block!(b) }",
        "state = self.lock.now(), { 1 }",
        "state = self.lock.within(limit().await), { 1 }",
        "a = x.lock, b = y.lock.within(limit), { 1 }",
        "a = x.lock, { 1 },",
        "state = self.lock().await, { 1 }",
        "a = next(), b = next(), { 1 }",
        "a = locks[0], b = locks[1], { 1 }",
        "r#try = self.lock, { 1 }",
        "state = self.lock, { let (state, item) = state.wait_for_some(&self.c, f).await; let state = prepare(state); { let state = 1; } state.wait(&self.c).await; }",
        "state = self.lock, { let (state, item) = state.wait_for_some(&self.c, f).await; state.wait(&self.c).await; }",
        "state = self.lock, { let Some(state) = accept(state) else { return }; state.wait(&self.c).await; }",
        "state = self.lock, { not rust at all }",
        "state = self.lock, { #![allow(unused)] let x = 1; }",
    ] {
        assert_eq!(said_of_block(input), [""; 0], "{input}");
    }
}

#[test]
fn each_mistake_is_a_compile_error_beside_the_expansion() {
    let item = quote!(
        struct Store {
            lock: Lock,
            #[guarded(lokc)]
            x: u32,
            #[guarded]
            y: u32,
        }
    );
    let emitted = guarded::run(&TokenStream::new(), item).to_string();
    assert_eq!(emitted.matches("compile_error").count(), 2, "{emitted}");
    assert!(emitted.contains("struct StoreLock"), "{emitted}");

    let input = quote!(mut state = self.lock, { state.x = fetch().await; });
    let emitted = sync_block::run(&quote!(::underlock), input).to_string();
    assert_eq!(emitted.matches("compile_error").count(), 2, "{emitted}");
    assert!(emitted.contains("state . x ="), "{emitted}");
}
