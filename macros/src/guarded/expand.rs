//! What `#[guarded]` writes: the struct without its guarded fields, one struct of them for each
//! lock, and the markers that speak to whoever touches a field without the lock.
//!
//! No lint of the user's should ever speak of generated code, and no `#[allow]` is written to that
//! end, since it would be an error under the user's `#![forbid]`: names that the macro makes up are
//! spanned as its own, which lints pass over.

use proc_macro2::{Literal, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::punctuated::Punctuated;
use syn::visit_mut::VisitMut;
use syn::{
    AngleBracketedGenericArguments, Attribute, ExprClosure, Field, Fields, GenericParam, Generics,
    Ident, Lifetime, LifetimeParam, Meta, Path, PathArguments, Token, Type, TypeParam, Visibility,
    parse_quote,
};

use super::generics::{SpellOutSelf, key, mentioned_by};
use super::links;
use super::model::{Lock, Member, Model};
use crate::diag::{list, shown};

pub(crate) fn expand(underlock: &TokenStream, model: &Model) -> TokenStream {
    let expansion = Expansion::new(underlock, model);
    let outer = expansion.outer();
    let states = expansion.locks.iter().map(|lock| expansion.state(lock));
    let markers = expansion.markers();
    quote! {
        #outer
        #(#states)*
        #markers
    }
}

pub(super) struct Expansion<'a> {
    pub(super) model: &'a Model,
    /// The path of the run-time crate's private names.
    pub(super) private: TokenStream,
    pub(super) owner: &'a Ident,
    /// The types of the fields, as they are written outside of the user's struct.
    pub(super) types: Vec<Type>,
    /// When each field, if it is a declared condition, is true, likewise.
    pub(super) predicates: Vec<Option<ExprClosure>>,
    pub(super) locks: Vec<Guarding<'a>>,
}

/// A visibility of the user's, for something that is generated.
///
/// Whether an item is the user's or the macro's, lints take from its first token.
pub(super) fn own_visibility(visibility: &Visibility) -> Visibility {
    let mut own = visibility.clone();
    match &mut own {
        Visibility::Public(word) => word.span = Span::call_site(),
        Visibility::Restricted(restricted) => restricted.pub_token.span = Span::call_site(),
        Visibility::Inherited => {}
    }
    own
}

/// A name of the user's, for something that is generated. It is located where the user wrote it, so
/// that "go to definition" leads there.
///
/// It is of this crate's edition, too, in which some names are words of the language.
pub(super) fn own_name(name: &Ident) -> Ident {
    let span = Span::call_site().located_at(name.span());
    let word = name.to_string();
    if ["async", "await", "dyn", "gen", "try"].contains(&word.as_str()) {
        return Ident::new_raw(&word, span);
    }
    let mut own = name.clone();
    own.set_span(span);
    own
}

/// A lock with the generics of what it guards.
pub(super) struct Guarding<'a> {
    pub(super) lock: &'a Lock,
    pub(super) generics: Generics,
}

impl<'a> Expansion<'a> {
    fn new(underlock: &TokenStream, model: &'a Model) -> Self {
        let mut expansion = Expansion {
            model,
            private: quote!(#underlock::__private),
            owner: &model.source.item.ident,
            types: model.source.fields.iter().map(|member| member.field.ty.clone()).collect(),
            predicates: model.source.fields.iter().map(|member| member.when.clone()).collect(),
            locks: Vec::new(),
        };
        let mut spell_out = SpellOutSelf::new(expansion.owner, &model.source.item.generics);
        for ty in &mut expansion.types {
            spell_out.visit_type_mut(ty);
        }
        for predicate in expansion.predicates.iter_mut().flatten() {
            spell_out.visit_expr_closure_mut(predicate);
        }
        expansion.locks = model
            .locks
            .iter()
            .map(|lock| Guarding {
                lock,
                generics: expansion.generics_of(&lock.guarded, &lock.conditions),
            })
            .collect();
        expansion
    }

    pub(super) fn member(&self, index: usize) -> &'a Member {
        &self.model.source.fields[index]
    }

    /// The type of a field in the struct that it moves to.
    ///
    /// A parameter that only fields with a `#[cfg]` mention would be unused without them, as is one
    /// that only a predicate mentions. So the
    /// first field that is always there mentions it, in a way that changes nothing.
    pub(super) fn moved_type(&self, index: usize, lock: &Lock) -> Type {
        let ty = self.types[index].clone();
        let (always, sometimes): (Vec<usize>, Vec<usize>) =
            lock.guarded.iter().partition(|&&field| self.member(field).cfgs().next().is_none());
        let is_complete = sometimes.is_empty() && !self.declares(lock);
        if always.first() != Some(&index) || is_complete {
            return ty;
        }
        let used = self.generics_of(&always, &[]);
        let all = self.generics_of(&lock.guarded, &lock.conditions);
        let unused = all.params.iter().filter(|param| !has(&used, param));
        let mentions: Vec<Type> = unused
            .filter_map(|param| match param {
                GenericParam::Lifetime(LifetimeParam { lifetime, .. }) => {
                    Some(parse_quote!(&#lifetime ()))
                }
                GenericParam::Type(TypeParam { ident, .. }) => Some(parse_quote!(*const #ident)),
                GenericParam::Const(_) => None,
            })
            .collect();
        if mentions.is_empty() {
            return ty;
        }
        let private = &self.private;
        parse_quote!(<#ty as #private::Mention<(#(#mentions,)*)>>::Itself)
    }

    /// The generics of a struct of these fields, with these conditions.
    pub(super) fn generics_of(&self, fields: &[usize], conditions: &[usize]) -> Generics {
        let types = fields.iter().map(|&field| &self.types[field]);
        let predicates =
            conditions.iter().filter_map(|&condition| self.predicates[condition].as_ref());
        mentioned_by(&self.model.source.item.generics, types, predicates)
    }

    /// Whether one of the lock's conditions is declared.
    fn declares(&self, lock: &Lock) -> bool {
        lock.conditions.iter().any(|&condition| self.predicates[condition].is_some())
    }

    /// When each condition of the lock is true, as a constant of its state.
    fn when(&self, lock: &Lock) -> Option<TokenStream> {
        let queues = lock.queues().filter(|_| self.declares(lock))?;
        let private = &self.private;
        let option = quote!(#private::core::option::Option);
        let each = lock.conditions.iter().map(|&condition| {
            let Some(predicate) = &self.predicates[condition] else {
                return quote!(#option::None);
            };
            let cfgs: Vec<&Attribute> = self.member(condition).cfgs().collect();
            let conditions: Vec<&TokenStream> =
                cfgs.iter().filter_map(|cfg| arguments(cfg)).collect();
            let otherwise = (!cfgs.is_empty())
                .then(|| quote!(, #[cfg(not(all(#(#conditions),*)))] #option::None));
            quote!(#(#cfgs)* #option::Some(#predicate) #otherwise)
        });
        Some(quote! {
            const WHEN: [#option<fn(&Self) -> bool>; #queues] = [#(#each),*];
        })
    }

    fn names(&self, fields: &[usize]) -> String {
        list(fields.iter().map(|&field| self.member(field).ident()))
    }
}

// === The user's struct ===

impl Expansion<'_> {
    fn outer(&self) -> TokenStream {
        let fields = self.model.source.fields.iter().enumerate();
        let fields = fields.filter_map(|(index, member)| self.outer_field(index, member)).collect();
        let mut item = self.model.source.item.clone();
        for attr in &mut item.attrs {
            allow_what_is_expected(attr);
        }
        self.retarget(&mut item.attrs, false);
        if let Fields::Named(braces) = &mut item.fields {
            braces.named = fields;
        }
        item.into_token_stream()
    }

    /// Makes links in documentation lead to the struct that has the field now; on a field that has
    /// moved, `Self` no longer is the user's struct.
    fn retarget(&self, attrs: &mut [Attribute], moved: bool) {
        let owner = self.owner.unraw().to_string();
        links::retarget(attrs, |of, name| {
            let has = |lock: &&Guarding<'_>| {
                lock.lock.guarded.iter().any(|&field| self.member(field).ident().unraw() == name)
            };
            let state = || self.locks.iter().find(has).map(|lock| lock.lock.state.to_string());
            match of {
                "Self" if moved => Some(state().unwrap_or_else(|| owner.clone())),
                "Self" => state(),
                of if of == owner => state(),
                _ => None,
            }
        });
    }

    fn outer_field(&self, index: usize, member: &Member) -> Option<Field> {
        let mut field = member.field.clone();
        self.retarget(&mut field.attrs, false);
        for Guarding { lock, generics } in &self.locks {
            let state = &lock.state;
            let (_, arguments, _) = generics.split_for_impl();
            if lock.guarded.contains(&index) {
                return None;
            }
            if let Some(queue) = lock.conditions.iter().position(|&condition| condition == index) {
                let private = &self.private;
                let queue = Literal::usize_unsuffixed(queue);
                let lock = self.member(lock.field).ident();
                let kind = if let Some(predicate) = &member.when {
                    let predicate = shown(&predicate.body);
                    document(&mut field, &format!(" Shares `{lock}`. True when `{predicate}`."));
                    quote!(Declared)
                } else {
                    document(&mut field, &format!(" Shares `{lock}`."));
                    quote!(Shared)
                };
                set_arguments(
                    &mut field.ty,
                    parse_quote!(<#state #arguments, #private::#kind<#queue>>),
                );
            }
            if lock.field == index {
                let guards = match self.names(&lock.guarded) {
                    none if none.is_empty() => {
                        format!(" Shared by {}.", self.names(&lock.conditions))
                    }
                    guarded => format!(" Guards {guarded}."),
                };
                document(&mut field, &guards);
                let queues = lock.queues_argument();
                set_arguments(&mut field.ty, parse_quote!(<#state #arguments #queues>));
            }
        }
        Some(field)
    }
}

impl Lock {
    /// How many queues the lock keeps for its conditions, where it has any.
    fn queues(&self) -> Option<Literal> {
        let queues = self.conditions.len();
        (queues > 0).then(|| Literal::usize_unsuffixed(queues))
    }

    /// The same as one more argument of `Lock` or `Guard`, where none are the default.
    fn queues_argument(&self) -> Option<TokenStream> {
        self.queues().map(|queues| quote!(, #queues))
    }
}

/// What stands between the parentheses of an attribute.
fn arguments(attr: &Attribute) -> Option<&TokenStream> {
    match &attr.meta {
        Meta::List(list) => Some(&list.tokens),
        _ => None,
    }
}

/// Adds a paragraph to what the user says about the field.
fn document(field: &mut Field, text: &str) {
    if field.attrs.iter().any(|attr| attr.path().is_ident("doc")) {
        field.attrs.push(parse_quote!(#[doc = ""]));
    }
    field.attrs.push(parse_quote!(#[doc = #text]));
}

/// Gives a `Lock` or `Condition` its arguments, and leaves the path to it as the user wrote it: so
/// the user's import of it is used, and leads where it should.
///
/// The brackets are located where the name is, for a type ends with its last token: what is to be
/// said about the field would stand under the macro's call.
fn set_arguments(ty: &mut Type, mut arguments: AngleBracketedGenericArguments) {
    match ty {
        Type::Path(path) => {
            if let Some(last) = path.path.segments.last_mut() {
                arguments.lt_token.span = last.ident.span();
                arguments.gt_token.span = last.ident.span();
                last.arguments = PathArguments::AngleBracketed(arguments);
            }
        }
        Type::Group(group) => set_arguments(&mut group.elem, arguments),
        Type::Paren(paren) => set_arguments(&mut paren.elem, arguments),
        _ => {}
    }
}

// === What each lock guards ===

impl Expansion<'_> {
    fn state(&self, Guarding { lock, generics }: &Guarding<'_>) -> TokenStream {
        let private = &self.private;
        let visibility = own_visibility(&self.model.source.item.vis);
        let Lock { state, guard, .. } = lock;
        let lock_name = self.member(lock.field).ident();
        let cfgs: Vec<&Attribute> = self.member(lock.field).cfgs().collect();

        let item = &self.model.source.item;
        let attributes = item.attrs.iter().filter_map(shared_with_state);
        let attributes = attributes.chain(allow_deprecated(&item.attrs));
        let owner = self.owner.unraw();
        let what = match self.names(&lock.guarded) {
            none if none.is_empty() => format!(
                " State of `{owner}::{lock_name}`: no field, since it is there for {}.",
                self.names(&lock.conditions)
            ),
            guarded => format!(" State of `{owner}::{lock_name}`: {guarded}."),
        };
        let how = format!(" Owned by the lock, and reached through its guard, `{guard}`.");
        let fields = lock.guarded.iter().map(|&index| {
            let mut field = self.member(index).field.clone();
            field.ty = self.moved_type(index, lock);
            self.retarget(&mut field.attrs, true);
            field
        });
        let where_clause = &generics.where_clause;
        let (impl_generics, arguments, _) = generics.split_for_impl();
        let queues = lock.queues().into_iter().map(|queues| {
            let when = self.when(lock);
            quote! {
                #(#cfgs)*
                #[automatically_derived]
                impl #impl_generics #private::Conditions<#queues> for #state #arguments #where_clause {
                    #when
                }
            }
        });

        let (lifetime, alias_generics) = alias_generics(generics);
        let guard_doc = format!(" Guard of `{owner}::{lock_name}`.");
        let queues_argument = lock.queues_argument();
        quote! {
            #(#cfgs)*
            #(#attributes)*
            #[doc = #what]
            #[doc = ""]
            #[doc = #how]
            #visibility struct #state #generics #where_clause {
                #(#fields,)*
            }
            #(#queues)*
            #(#cfgs)*
            #[automatically_derived]
            #[doc(hidden)]
            impl #impl_generics #private::MethodsOfTheGuard for #state #arguments #where_clause {}
            #(#cfgs)*
            #[doc = #guard_doc]
            #visibility type #guard #alias_generics =
                #private::Guard<#lifetime, #state #arguments #queues_argument>;
        }
    }
}

/// An attribute of the user's struct as it stands on the structs of its locks too, if it does.
///
/// `Debug` and `Default` are derived for both, since the outer derive needs the inner one. What the
/// user says about lints, about hiding and about later fields is meant for the moved fields as much
/// as for the rest. Anything else is about the one type that was written (`repr`, `must_use`), or
/// belongs to a macro that would not know of the other.
fn shared_with_state(attr: &Attribute) -> Option<Attribute> {
    let mut attr = attr.clone();
    let name = attr.path().get_ident()?.to_string();
    match name.as_str() {
        "derive" => {
            let derived = attr.parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated);
            let repeated = derived.ok()?.into_iter().filter(|path| {
                path.segments
                    .last()
                    .is_some_and(|last| last.ident == "Debug" || last.ident == "Default")
            });
            let repeated: Vec<Path> = repeated.collect();
            (!repeated.is_empty()).then(|| parse_quote!(#[derive(#(#repeated),*)]))
        }
        "expect" => {
            allow_what_is_expected(&mut attr);
            Some(attr)
        }
        "allow" | "warn" | "deny" | "forbid" | "non_exhaustive" => Some(attr),
        "doc" => {
            let hidden =
                matches!(&attr.meta, Meta::List(list) if list.tokens.to_string() == "hidden");
            hidden.then_some(attr)
        }
        _ => None,
    }
}

/// An expectation of the user's may come true in either of two structs, and would be reported as
/// unfulfilled by the other: so it becomes a permission.
fn allow_what_is_expected(attr: &mut Attribute) {
    match &mut attr.meta {
        Meta::List(list) if list.path.is_ident("expect") => {
            list.path = Ident::new("allow", list.path.segments[0].ident.span()).into();
        }
        _ => {}
    }
}

/// Allows the use of what is deprecated, if one of these says so: what is generated uses it all the same.
/// The one lint that speaks of generated code, so the one that is allowed there; nobody forbids it who
/// deprecates something of their own and goes on using it.
pub(super) fn allow_deprecated<'a>(
    attrs: impl IntoIterator<Item = &'a Attribute>,
) -> impl Iterator<Item = Attribute> {
    let deprecated = attrs.into_iter().any(|attr| attr.path().is_ident("deprecated"));
    let allow = || {
        parse_quote! {
            #[allow(deprecated, reason = "what is generated belongs to what is deprecated")]
        }
    };
    deprecated.then(allow).into_iter()
}

/// What these attributes allow: a marker mentions the type that a lint may speak of.
pub(super) fn allowed(attrs: &[Attribute]) -> impl Iterator<Item = Attribute> {
    attrs.iter().filter_map(shared_with_state).filter(|attr| attr.path().is_ident("allow"))
}

/// Whether the parameter is one of these.
fn has(generics: &Generics, param: &GenericParam) -> bool {
    generics.params.iter().any(|other| key(other) == key(param))
}

/// The generics of the alias of a guard's type: the guard's lifetime, which is returned too, and
/// the parameters without their bounds, which an alias does not check.
fn alias_generics(generics: &Generics) -> (Lifetime, Generics) {
    let mut name = "'guard".to_owned();
    while generics.lifetimes().any(|param| param.lifetime.to_string() == name) {
        name.push('_');
    }
    let lifetime = Lifetime::new(&name, Span::call_site());

    let mut alias = generics.clone();
    alias.where_clause = None;
    for param in &mut alias.params {
        match param {
            GenericParam::Lifetime(param) => param.bounds.clear(),
            GenericParam::Type(param) => param.bounds.clear(),
            GenericParam::Const(_) => {}
        }
    }
    let first = GenericParam::Lifetime(LifetimeParam::new(lifetime.clone()));
    alias.params.insert(0, first);
    (lifetime, alias)
}
