//! What a guarded struct says, in its own terms: locks, and what belongs to each.
//!
//! The parsed fields stay in `Struct::fields`, in their order; everything else points at them by
//! index, so that spans and attributes are those of the user's tokens.

use syn::visit::Visit;
use syn::{Attribute, ExprClosure, Field, Ident, Type, TypePath};

/// The struct as it was written, with the attributes of `#[guarded]` taken off.
pub(crate) struct Struct {
    /// All but the fields: between its braces there is nothing.
    pub(crate) item: syn::ItemStruct,
    pub(crate) fields: Vec<Member>,
    pub(crate) markers: bool,
    /// Something that says what guards what was reported, and may have been meant for any lock.
    pub(crate) doubtful: bool,
}

/// One field and what its attributes ask for.
pub(crate) struct Member {
    pub(crate) field: Field,
    pub(crate) kind: Kind,
    pub(crate) role: Role,
    /// When the condition is true, where it is declared.
    pub(crate) when: Option<ExprClosure>,
}

impl Member {
    pub(crate) fn ident(&self) -> &Ident {
        self.field.ident.as_ref().expect("the fields of a struct with braces have names")
    }

    /// The lock that the field's attribute names.
    pub(crate) fn named_lock(&self) -> Option<&Ident> {
        match &self.role {
            Role::Guarded(lock, _) | Role::Condition(lock, _) => Some(lock),
            Role::Plain | Role::Unreadable => None,
        }
    }

    /// The field's `#[cfg(…)]`s: whatever is generated for it has to come and go with it.
    pub(crate) fn cfgs(&self) -> impl Iterator<Item = &Attribute> {
        self.field.attrs.iter().filter(|attr| attr.path().is_ident("cfg"))
    }
}

/// What the field's type says, as far as tokens can tell.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `Lock`: it is given something to guard.
    Lock,
    /// `Lock<…>`: it guards what it says, and is left alone.
    LockOf,
    /// `Condition`: it shares one of the struct's locks.
    Condition,
    /// `Condition<…>`: it owns its lock, and is left alone.
    ConditionOf,
    Other,
}

impl Kind {
    pub(crate) fn of(ty: &Type) -> Self {
        let Some(path) = path_of(ty) else {
            return Kind::Other;
        };
        let Some(last) = path.path.segments.last() else {
            return Kind::Other;
        };
        let bare = last.arguments.is_none();
        match (last.ident.to_string().as_str(), bare) {
            _ if path.qself.is_some() => Kind::Other,
            ("Lock", true) => Kind::Lock,
            ("Lock", false) => Kind::LockOf,
            ("Condition", true) => Kind::Condition,
            ("Condition", false) => Kind::ConditionOf,
            _ => Kind::Other,
        }
    }
}

/// Takes what is called `Lock` or `Condition` and has a path that may lead to another library,
/// `other::Lock`, for a field like any other, unless an attribute takes it for one of ours.
pub(crate) fn tell_apart(fields: &mut [Member]) {
    let named: Vec<Ident> = fields.iter().filter_map(Member::named_lock).cloned().collect();
    for member in fields {
        let ours = match member.kind {
            Kind::Lock => matches!(member.role, Role::Plain) && named.contains(member.ident()),
            Kind::Condition => matches!(member.role, Role::Condition(..)),
            Kind::LockOf | Kind::ConditionOf | Kind::Other => true,
        };
        if !ours && leads_elsewhere(&member.field.ty) {
            member.kind = Kind::Other;
        }
    }
}

fn leads_elsewhere(ty: &Type) -> bool {
    path_of(ty).is_some_and(|of_type| {
        let segments = &of_type.path.segments;
        segments.len() > 1 && segments.iter().all(|segment| segment.ident != "underlock")
    })
}

/// The path that a type is, through the invisible groups that `macro_rules!` puts around it.
fn path_of(ty: &Type) -> Option<&TypePath> {
    match ty {
        Type::Path(path) => Some(path),
        Type::Group(group) => path_of(&group.elem),
        Type::Paren(paren) => path_of(&paren.elem),
        _ => None,
    }
}

/// What the field's attributes say.
pub(crate) enum Role {
    Plain,
    /// `#[guarded(lock)]`: the lock's name, and the attribute.
    Guarded(Ident, Box<Attribute>),
    /// `#[condition(lock)]`: the lock's name, and the attribute.
    Condition(Ident, Box<Attribute>),
    /// It has one of the two, but not one that can be read. That is reported already, and whatever
    /// else is wrong with the field follows from it.
    Unreadable,
}

/// A lock that guards something, with everything that is its own.
pub(crate) struct Lock {
    /// Its field.
    pub(crate) field: usize,
    /// The struct of what it guards: `ChannelLock`.
    pub(crate) state: Ident,
    /// The alias of its guard's type: `ChannelLockGuard`.
    pub(crate) guard: Ident,
    /// The fields that it guards.
    pub(crate) guarded: Vec<usize>,
    /// Its conditions. A condition's position here is the queue that it stands for.
    pub(crate) conditions: Vec<usize>,
}

/// Everything that the expansion needs to know.
pub(crate) struct Model {
    pub(crate) source: Struct,
    pub(crate) locks: Vec<Lock>,
}

/// Whether the type is made of one of this name.
pub(crate) fn mentions(ty: &Type, name: &str) -> bool {
    struct Finds<'a>(&'a str, bool);

    impl Visit<'_> for Finds<'_> {
        fn visit_ident(&mut self, ident: &Ident) {
            self.1 |= ident == self.0;
        }
    }

    let mut finds = Finds(name, false);
    finds.visit_type(ty);
    finds.1
}
