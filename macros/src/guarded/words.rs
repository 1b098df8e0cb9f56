//! What `check` says: for each rule the rule, and what to write instead.

use proc_macro2::Ident;
use syn::{Expr, Type};

use super::model::{Member, mentions};
use crate::diag::shown;

pub(super) const LOCK_GUARDS_ITSELF: &str = "a lock can't guard itself: leave out the attribute, and \
                                             write it above the fields that the lock guards";

pub(super) fn nothing_guarded(owner: &Ident) -> String {
    format!(
        "nothing in `{owner}` is guarded: add a field `lock: Lock`, and write `#[guarded(lock)]` above \
         the fields it guards, or leave out `#[guarded]`"
    )
}

pub(super) fn condition_without_lock(lock: &str) -> String {
    format!(
        "a `Condition` in a guarded struct says whose lock it shares: write `#[condition({lock})]` \
         above it, or `Condition<()>` for one with a lock of its own; another library's is written \
         with its path"
    )
}

pub(super) fn attribute_on_the_lock(lock: &Ident, field: &Ident) -> String {
    format!(
        "the attribute stands on the field that is guarded, and names the lock: write \
         `#[guarded({lock})]` above `{field}`"
    )
}

pub(super) fn lock_guarded(inner: &Ident, lock: &Ident) -> String {
    format!(
        "a lock can't be guarded by a lock: nobody could enter `{inner}` but whoever holds `{lock}`; \
         leave `{inner}` on its own, or write its type with what it owns (`Lock<()>`) to guard it \
         like any other value"
    )
}

pub(super) fn condition_guarded(lock: &Ident) -> String {
    format!("a condition shares its lock, and is not guarded by it: write `#[condition({lock})]`")
}

pub(super) fn condition_with_own_lock(lock: &Ident) -> String {
    format!(
        "a condition that is written with a type owns its lock: write `Condition` to share `{lock}`, \
         or leave out `#[condition({lock})]`"
    )
}

pub(super) fn no_condition(member: &Member, lock: &Ident) -> String {
    let ty = &member.field.ty;
    let instead = if mentions(ty, "Condition") {
        "each condition is a field of its own, in the struct itself".to_owned()
    } else {
        format!("to guard it by the lock, write `#[guarded({lock})]`")
    };
    format!(
        "`#[condition({lock})]` needs a field of type `Condition`, and `{}` is `{}`: {instead}",
        member.ident(),
        shown(ty)
    )
}

pub(super) fn lock_of_a_value(name: &Ident, ty: &Type) -> String {
    format!(
        "`{name}` guards the value it owns (`{}`) and no fields: write `{name}: Lock`, without a type, \
         and the macro fills in the type",
        shown(ty)
    )
}

pub(super) fn lock_inside_of_a_type(name: &Ident, ty: &Type, owner: &Ident) -> String {
    format!(
        "`{name}` has to be a lock in the struct itself, and is `{}`: write `{name}: Lock`, and share \
         the struct where it was to be shared (`Arc<{owner}>`)",
        shown(ty)
    )
}

pub(super) fn other_lock(name: &Ident, ty: &Type) -> String {
    format!("`{name}` is not a `Lock`: its type is `{}`; write `{name}: Lock`", shown(ty))
}

pub(super) fn no_lock(name: &Ident, ty: &Type, choice: &str) -> String {
    format!("`{name}` is no lock: its type is `{}`, and a lock's is `Lock`{choice}", shown(ty))
}

pub(super) fn no_lock_at_all(owner: &Ident, name: &Ident) -> String {
    format!("`{owner}` has no lock `{name}`: add the field `{name}: Lock`")
}

pub(super) fn no_such_lock(owner: &Ident, name: &Ident, choice: &str) -> String {
    format!("`{owner}` has no lock `{name}`{choice}")
}

pub(super) fn lock_guards_nothing(name: &Ident) -> String {
    format!(
        "`{name}` is a lock that guards nothing: write `#[guarded({name})]` above the fields it guards, \
         or `Lock<()>` if it is to guard none"
    )
}

pub(super) fn one_name_for_two(name: &Ident, other: &str, made: &str) -> String {
    format!(
        "`{name}` and `{other}` both make `{made}` the name of a type: rename one of the two locks"
    )
}

pub(super) const NO_WHEN: &str = "say when the condition is true, by a closure of what the lock guards: \
                                  `#[condition(lock, when = |state| …)]`; or leave it out, for a \
                                  condition that is notified by name";

pub(super) const MORE_THAN_WHEN: &str = "nothing comes after the predicate: write \
                                         `#[condition(lock, when = |state| …)]`";

const PREDICATE: &str = "write `when = |state| …`";

pub(super) fn predicate_awaits() -> String {
    format!("a release of the lock asks the predicate, and awaits nothing: {PREDICATE}")
}

pub(super) fn predicate_of_the_state() -> String {
    format!("the predicate is a closure of what the lock guards, and of nothing else: {PREDICATE}")
}

pub(super) fn predicate_by_name(predicate: &Expr) -> String {
    let called = shown(predicate);
    format!(
        "the predicate is a closure of what the lock guards: write `when = |state| {called}(state)`"
    )
}

pub(super) fn predicate_is_no_closure() -> String {
    format!("the predicate is a closure of what the lock guards: {PREDICATE}")
}

pub(super) fn self_in_a_predicate(lock: &Ident, state: &str) -> String {
    format!(
        "a predicate sees what `{lock}` guards, and nothing else: write `{state}` for `self`, and \
         `#[guarded({lock})]` above the fields that it needs"
    )
}

pub(super) fn self_for_the_state(field: &Ident, state: &str) -> String {
    format!("a predicate sees what its lock guards, and not `self`: write `{state}.{field}`")
}

pub(super) fn not_guarded(field: &Ident, lock: &Ident, state: &str) -> String {
    format!(
        "a predicate sees what `{lock}` guards, and nothing else: write `#[guarded({lock})]` above \
         `{field}`, and `{state}.{field}` here"
    )
}

pub(super) fn guarded_by_another(field: &Ident, other: &Ident, lock: &Ident) -> String {
    format!(
        "a predicate sees what `{lock}` guards, and `{field}` is guarded by `{other}`: guard both by \
         one lock, or keep under `{lock}` what the condition needs to know"
    )
}
