//! Every rule of `#[guarded]`: from a [`Struct`] to a [`Model`].
//!
//! Whatever is wrong, a model comes out, and the best one: the errors are reported beside an
//! expansion in which the rest of the user's code still finds the names it uses.

use std::collections::{HashMap, HashSet};

use proc_macro2::{Ident, Span};
use syn::ext::IdentExt;
use syn::{Attribute, Field, Type};

use super::model::{Kind, Lock, Member, Model, Role, Struct, mentions};
use super::{when, words};
use crate::diag::{Errors, closest, list};

pub(crate) fn check(mut source: Struct, errors: &mut Errors) -> Model {
    let mut owners = Owners::new(&source);
    for (index, member) in source.fields.iter().enumerate() {
        match &member.role {
            Role::Plain => plain(member, index, &mut owners, errors),
            Role::Unreadable => unreadable(member, index, &mut owners),
            Role::Guarded(lock, attribute) => {
                guarded(member, index, lock, attribute, &mut owners, errors);
            }
            Role::Condition(lock, attribute) => {
                condition(member, index, lock, attribute, &mut owners, errors);
            }
        }
    }
    let locks = owners.finish(errors);
    if locks.is_empty() && errors.is_empty() {
        let name = &source.item.ident;
        errors.at(name.span(), words::nothing_guarded(name));
    }
    for lock in &locks {
        when::check(&mut source, lock, errors);
    }
    Model { source, locks }
}

/// A field without attributes. One that shares a lock has to say whose.
fn plain(member: &Member, index: usize, owners: &mut Owners<'_>, errors: &mut Errors) {
    if member.kind == Kind::Condition {
        let lock = owners.only().map_or_else(|| "lock".to_owned(), |lock| owners.name(lock));
        errors.on(&member.field.ty, words::condition_without_lock(&lock));
        owners.add_condition(owners.likely(), index);
    }
}

/// A field with `#[guarded(lock)]`: anything but a lock or a condition.
fn guarded(
    member: &Member,
    index: usize,
    lock: &Ident,
    attribute: &Attribute,
    owners: &mut Owners<'_>,
    errors: &mut Errors,
) {
    let name = member.ident();
    if member.kind == Kind::Lock && owners.is_no_lock(lock) {
        errors.on(attribute, words::attribute_on_the_lock(name, lock));
        return;
    }
    let owner = owners.named(lock, errors);
    match member.kind {
        Kind::Lock if lock.unraw() == name.unraw() => {
            errors.on(attribute, words::LOCK_GUARDS_ITSELF);
        }
        Kind::Lock => errors.on(attribute, words::lock_guarded(name, lock)),
        Kind::Condition => {
            errors.on(attribute, words::condition_guarded(lock));
            owners.add_condition(owner, index);
        }
        Kind::LockOf | Kind::ConditionOf | Kind::Other => owners.add_guarded(owner, index),
    }
}

/// A field with `#[condition(lock)]`: a condition without a lock of its own.
fn condition(
    member: &Member,
    index: usize,
    lock: &Ident,
    attribute: &Attribute,
    owners: &mut Owners<'_>,
    errors: &mut Errors,
) {
    let owner = owners.named(lock, errors);
    match member.kind {
        Kind::Condition => owners.add_condition(owner, index),
        Kind::ConditionOf => errors.on(&member.field.ty, words::condition_with_own_lock(lock)),
        kind => {
            errors.on(attribute, words::no_condition(member, lock));
            if kind != Kind::Lock {
                owners.add_guarded(owner, index);
            }
        }
    }
}

/// A field with an attribute that could not be read: a lock was meant, and probably this one.
fn unreadable(member: &Member, index: usize, owners: &mut Owners<'_>) {
    match member.kind {
        Kind::Lock => {}
        Kind::Condition => owners.add_condition(owners.likely(), index),
        _ => owners.add_guarded(owners.likely(), index),
    }
}

/// The locks of a struct, gathering what names them.
struct Owners<'a> {
    source: &'a Struct,
    /// The index of each bare `Lock` field, with what named it.
    locks: Vec<Owned>,
    /// The names of what should be a lock and is not. It is one mistake, however often it is named.
    reported: HashSet<Ident>,
}

struct Owned {
    field: usize,
    guarded: Vec<usize>,
    conditions: Vec<usize>,
}

impl<'a> Owners<'a> {
    fn new(source: &'a Struct) -> Self {
        let locks = source
            .fields
            .iter()
            .enumerate()
            .filter(|(_, member)| member.kind == Kind::Lock)
            .map(|(field, _)| Owned { field, guarded: Vec::new(), conditions: Vec::new() })
            .collect();
        Owners { source, locks, reported: HashSet::new() }
    }

    fn name(&self, lock: usize) -> String {
        self.source.fields[self.locks[lock].field].ident().to_string()
    }

    /// Whether this is the name of a field that is neither a lock nor meant to be one.
    fn is_no_lock(&self, name: &Ident) -> bool {
        let named = |member: &&Member| member.ident().unraw() == name.unraw();
        self.source.fields.iter().find(named).is_some_and(|member| {
            !matches!(member.kind, Kind::Lock | Kind::LockOf) && !mentions(&member.field.ty, "Lock")
        })
    }

    /// The struct's lock, where it has just one.
    fn only(&self) -> Option<usize> {
        (self.locks.len() == 1).then_some(0)
    }

    /// The lock that is probably meant where none could be read: the only one, or else the one that
    /// is named most.
    fn likely(&self) -> Option<usize> {
        let times_named = |lock: &usize| {
            let name = self.source.fields[self.locks[*lock].field].ident().unraw();
            let names_it = |member: &&Member| match &member.role {
                Role::Guarded(lock, _) | Role::Condition(lock, _) => lock.unraw() == name,
                Role::Plain | Role::Unreadable => false,
            };
            self.source.fields.iter().filter(names_it).count()
        };
        (0..self.locks.len()).rev().max_by_key(times_named)
    }

    /// The lock that an attribute names; where there is none of that name, the one that was meant.
    fn named(&mut self, name: &Ident, errors: &mut Errors) -> Option<usize> {
        let wanted = name.unraw();
        let owner = &self.source.item.ident;
        let field = self.source.fields.iter().position(|member| member.ident().unraw() == wanted);
        if let Some(field) = field {
            if let Some(lock) = self.locks.iter().position(|lock| lock.field == field) {
                return Some(lock);
            }
            if !self.reported.insert(wanted) {
                return self.likely();
            }
            let Member { field: Field { ty, .. }, kind, .. } = &self.source.fields[field];
            match kind {
                Kind::LockOf => errors.at(name.span(), words::lock_of_a_value(name, ty)),
                _ if mentions(ty, "Lock") => {
                    errors.at(name.span(), words::lock_inside_of_a_type(name, ty, owner));
                }
                _ if is_other_lock(ty) => errors.on(ty, words::other_lock(name, ty)),
                _ => {
                    let choice = match self.locks.len() {
                        0 => "; add a field `lock: Lock`, and name that".to_owned(),
                        _ => self.choice(None),
                    };
                    errors.at(name.span(), words::no_lock(name, ty, &choice));
                }
            }
            return self.likely();
        }
        let names: Vec<String> = (0..self.locks.len()).map(|lock| self.name(lock)).collect();
        let near = closest(&name.to_string(), names.iter().map(String::as_str));
        if names.is_empty() {
            if !self.reported.insert(wanted) {
                return None;
            }
            errors.at(name.span(), words::no_lock_at_all(owner, name));
        } else {
            errors.at(name.span(), words::no_such_lock(owner, name, &self.choice(near)));
        }
        let near = near.and_then(|near| names.iter().position(|name| name == near));
        near.or_else(|| self.likely())
    }

    /// What could be named instead.
    fn choice(&self, near: Option<&str>) -> String {
        let owner = &self.source.item.ident;
        let names = || (0..self.locks.len()).map(|lock| self.name(lock));
        match (near, self.locks.len()) {
            (Some(near), _) => format!("; did you mean `{near}`?"),
            (None, 0) => String::new(),
            (None, 1) => format!("; the lock of `{owner}` is {}", list(names())),
            (None, _) => format!("; the locks of `{owner}` are {}", list(names())),
        }
    }

    fn add_guarded(&mut self, lock: Option<usize>, field: usize) {
        if let Some(lock) = lock {
            self.locks[lock].guarded.push(field);
        }
    }

    fn add_condition(&mut self, lock: Option<usize>, field: usize) {
        if let Some(lock) = lock {
            self.locks[lock].conditions.push(field);
        }
    }

    /// Names what is generated for each lock.
    fn finish(self, errors: &mut Errors) -> Vec<Lock> {
        // A field whose attribute could not be read may well name any of the locks.
        let all_known = !self.source.doubtful
            && self.source.fields.iter().all(|member| !matches!(member.role, Role::Unreadable));
        let owner = &self.source.item.ident;
        let mut taken: HashMap<String, String> = HashMap::new();
        let mut locks = Vec::new();
        for owned in self.locks {
            let member = &self.source.fields[owned.field];
            let name = member.ident();
            if owned.guarded.is_empty() && owned.conditions.is_empty() {
                if all_known && matches!(member.role, Role::Plain) {
                    errors.at(name.span(), words::lock_guards_nothing(name));
                }
                continue;
            }
            let state = format!("{}{}", owner.unraw(), camel_case(&name.unraw().to_string()));
            let guard = format!("{state}Guard");
            let clash = [&state, &guard].into_iter().find_map(|new| Some((new, taken.get(new)?)));
            if let Some((new, other)) = clash {
                errors.at(name.span(), words::one_name_for_two(name, other, new));
                continue;
            }
            taken.insert(state.clone(), name.to_string());
            taken.insert(guard.clone(), name.to_string());
            // Located at the lock, so that "go to definition" leads there, but of the macro's
            // making, so that no lint asks the user to change it.
            let span = Span::call_site().located_at(name.span());
            locks.push(Lock {
                field: owned.field,
                state: Ident::new(&state, span),
                guard: Ident::new(&guard, span),
                guarded: owned.guarded,
                conditions: owned.conditions,
            });
        }
        locks
    }
}

/// Whether the type is what another library calls a lock.
fn is_other_lock(ty: &Type) -> bool {
    ["Mutex", "RwLock", "Semaphore"].into_iter().any(|name| mentions(ty, name))
}

/// `write_lock` as `WriteLock`. A name of underscores alone stays as it is.
fn camel_case(name: &str) -> String {
    let camel: String = name
        .split('_')
        .flat_map(|word| {
            let mut letters = word.chars();
            let first = letters.next().into_iter().flat_map(char::to_uppercase);
            first.chain(letters).collect::<Vec<_>>()
        })
        .collect();
    if camel.is_empty() { name.to_owned() } else { camel }
}

#[cfg(test)]
mod tests {
    use super::camel_case;

    #[test]
    fn names_are_put_in_camel_case() {
        assert_eq!(camel_case("lock"), "Lock");
        assert_eq!(camel_case("write_lock"), "WriteLock");
        assert_eq!(camel_case("_lock2_b"), "Lock2B");
        assert_eq!(camel_case("ändern"), "Ändern");
        assert_eq!(camel_case("__"), "__");
    }
}
