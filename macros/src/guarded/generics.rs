//! The generics of what is generated: just those that the moved fields mention.

use std::collections::HashSet;

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{
    Expr, ExprClosure, ExprPath, GenericArgument, GenericParam, Generics, Ident, Lifetime, Macro,
    Path, PathArguments, QSelf, Token, Type, TypeParamBound, TypePath, WherePredicate, parse_quote,
};

/// `generics` cut down to what `types` and `predicates` mention: their parameters, and of the bounds those that
/// speak of nothing else.
pub(crate) fn mentioned_by<'a>(
    generics: &Generics,
    types: impl IntoIterator<Item = &'a Type>,
    predicates: impl IntoIterator<Item = &'a ExprClosure>,
) -> Generics {
    let mut mentions = Mentions::of(generics);
    for ty in types {
        mentions.visit_type(ty);
    }
    for predicate in predicates {
        mentions.visit_expr_closure(predicate);
    }
    let cut = Cut { generics, taken: mentions.found, items: mentions.items };

    let params = generics.params.iter().filter(|param| cut.taken.contains(&key(param)));
    let mut own = Generics { params: params.cloned().collect(), ..Generics::default() };
    for param in &mut own.params {
        cut.param(param);
    }
    only_trailing_defaults(&mut own);
    let predicates = generics.where_clause.iter().flat_map(|clause| &clause.predicates);
    let predicates = predicates.filter_map(|predicate| cut.predicate(predicate.clone()));
    let predicates: Vec<WherePredicate> = predicates.chain(cut.by_way_of_others()).collect();
    if !predicates.is_empty() {
        own.make_where_clause().predicates.extend(predicates);
    }
    own
}

/// What takes from the generics of a struct all that speaks of parameters that are not taken.
struct Cut<'a> {
    generics: &'a Generics,
    taken: HashSet<String>,
    /// The associated items that are mentioned with them.
    items: HashSet<String>,
}

impl Cut<'_> {
    /// The parameters that the visited code mentions, unless it mentions `Self`, and so all.
    fn mentioned(&self, visit: impl FnOnce(&mut Mentions<'_>)) -> Option<HashSet<String>> {
        let mut mentions = Mentions::of(self.generics);
        visit(&mut mentions);
        (!mentions.own_self).then_some(mentions.found)
    }

    /// Whether the visited code speaks of nothing but what is taken.
    fn keeps(&self, visit: impl FnOnce(&mut Mentions<'_>)) -> bool {
        self.mentioned(visit).is_some_and(|mentioned| mentioned.is_subset(&self.taken))
    }

    fn param(&self, param: &mut GenericParam) {
        match param {
            GenericParam::Lifetime(param) => self.lifetimes(&mut param.bounds),
            GenericParam::Type(param) => {
                self.bounds(&mut param.bounds);
                param.default = param
                    .default
                    .take()
                    .filter(|(_, default)| self.keeps(|mentions| mentions.visit_type(default)));
            }
            GenericParam::Const(_) => {}
        }
    }

    /// The predicate without what speaks of others, if anything is left that speaks of a parameter.
    fn predicate(&self, mut predicate: WherePredicate) -> Option<WherePredicate> {
        let is_empty = match &mut predicate {
            WherePredicate::Type(predicate) => {
                self.bounds(&mut predicate.bounds);
                predicate.bounds.is_empty()
            }
            WherePredicate::Lifetime(predicate) => {
                self.lifetimes(&mut predicate.bounds);
                predicate.bounds.is_empty()
            }
            _ => false,
        };
        let mentioned = self.mentioned(|mentions| mentions.visit_where_predicate(&predicate))?;
        let own = !is_empty && !mentioned.is_empty() && mentioned.is_subset(&self.taken);
        own.then_some(predicate)
    }

    fn lifetimes(&self, bounds: &mut Punctuated<Lifetime, Token![+]>) {
        retain(bounds, |bound| self.keeps(|mentions| mentions.visit_lifetime(bound)));
    }

    /// Of `Iterator<Item = T>` without `T` the `Iterator` is kept, since a field of type
    /// `Peekable<I>` can't do without.
    fn bounds(&self, bounds: &mut Punctuated<TypeParamBound, Token![+]>) {
        retain(bounds, |bound| {
            let whole = self.keeps(|mentions| mentions.visit_type_param_bound(bound));
            if let (TypeParamBound::Trait(bound), false) = (&mut *bound, whole) {
                without_associated(&mut bound.path);
            }
            whole || self.keeps(|mentions| mentions.visit_type_param_bound(bound))
        });
    }

    /// What is known of an item that is mentioned, the `I::Item` of `I: Iterator<Item = T>`, by way of
    /// `T`, where `T` is not taken.
    fn by_way_of_others(&self) -> Vec<WherePredicate> {
        let all = all_bounds(self.generics);
        let mut known = Vec::new();
        for (bounded, bound) in &all {
            let TypeParamBound::Trait(bound) = bound else { continue };
            let mut of_trait = bound.path.clone();
            without_associated(&mut of_trait);
            let speaks_of_others = !self.keeps(|mentions| {
                mentions.visit_type(bounded);
                mentions.visit_path(&of_trait);
            });
            if speaks_of_others || bound.lifetimes.is_some() {
                continue;
            }
            for (name, other) in associated_types(&bound.path) {
                let mentioned = self.items.contains(&name.to_string());
                if !mentioned || self.keeps(|mentions| mentions.visit_type(other)) {
                    continue;
                }
                for (_, theirs) in all.iter().filter(|(bounded, _)| bounded == other) {
                    if self.keeps(|mentions| mentions.visit_type_param_bound(theirs)) {
                        known.push(parse_quote!(<#bounded as #of_trait>::#name: #theirs));
                    }
                }
            }
        }
        known
    }
}

fn retain<T, P: Default>(list: &mut Punctuated<T, P>, mut keep: impl FnMut(&mut T) -> bool) {
    let all = std::mem::take(list).into_iter();
    *list = all.filter_map(|mut item| keep(&mut item).then_some(item)).collect();
}

/// Each bound of a type, wherever it stands.
fn all_bounds(generics: &Generics) -> Vec<(Type, TypeParamBound)> {
    let params = generics.type_params().map(|param| {
        let name = &param.ident;
        (parse_quote!(#name), &param.bounds)
    });
    let predicates = generics.where_clause.iter().flat_map(|clause| &clause.predicates);
    let predicates = predicates.filter_map(|predicate| match predicate {
        WherePredicate::Type(of_type) if of_type.lifetimes.is_none() => {
            Some((of_type.bounded_ty.clone(), &of_type.bounds))
        }
        _ => None,
    });
    let each = params.chain(predicates);
    each.flat_map(|(ty, bounds)| bounds.iter().map(move |bound| (ty.clone(), bound.clone())))
        .collect()
}

/// The `Item = T` of a trait's path.
fn associated_types(path: &Path) -> impl Iterator<Item = (&Ident, &Type)> {
    let arguments = path.segments.iter().filter_map(|segment| match &segment.arguments {
        PathArguments::AngleBracketed(arguments) => Some(&arguments.args),
        _ => None,
    });
    arguments.flatten().filter_map(|argument| match argument {
        GenericArgument::AssocType(of) if of.generics.is_none() => Some((&of.ident, &of.ty)),
        _ => None,
    })
}

/// Takes what it says of associated items off a trait's path.
fn without_associated(path: &mut Path) {
    for segment in &mut path.segments {
        if let PathArguments::AngleBracketed(arguments) = &mut segment.arguments {
            retain(&mut arguments.args, |argument| {
                !matches!(
                    argument,
                    GenericArgument::AssocType(_)
                        | GenericArgument::AssocConst(_)
                        | GenericArgument::Constraint(_)
                )
            });
            if arguments.args.is_empty() {
                segment.arguments = PathArguments::None;
            }
        }
    }
}

/// A default that stands before a parameter without one is an error, so it goes.
fn only_trailing_defaults(generics: &mut Generics) {
    let mut trailing = true;
    for param in generics.params.iter_mut().rev() {
        match param {
            GenericParam::Type(param) => {
                trailing &= param.default.is_some();
                if !trailing {
                    param.default = None;
                }
            }
            GenericParam::Const(param) => {
                trailing &= param.default.is_some();
                if !trailing {
                    param.default = None;
                }
            }
            GenericParam::Lifetime(_) => {}
        }
    }
}

/// A name that no other kind of parameter can have.
pub(crate) fn key(param: &GenericParam) -> String {
    match param {
        GenericParam::Lifetime(param) => param.lifetime.to_string(),
        GenericParam::Type(param) => param.ident.to_string(),
        GenericParam::Const(param) => param.ident.to_string(),
    }
}

/// Which of a struct's parameters the visited code mentions.
struct Mentions<'a> {
    params: &'a Generics,
    found: HashSet<String>,
    /// The `Item` of `T::Item` and of `<T as Trait>::Item`.
    items: HashSet<String>,
    /// `Self` was mentioned, and so everything.
    own_self: bool,
}

impl<'a> Mentions<'a> {
    fn of(params: &'a Generics) -> Self {
        Mentions { params, found: HashSet::new(), items: HashSet::new(), own_self: false }
    }

    fn name(&mut self, name: String) {
        self.own_self |= name == "Self";
        if self.params.params.iter().any(|param| key(param) == name) {
            self.found.insert(name);
        }
    }

    fn tokens(&mut self, tokens: TokenStream) {
        let mut quote = false;
        for token in tokens {
            match token {
                TokenTree::Group(group) => self.tokens(group.stream()),
                TokenTree::Ident(name) if quote => self.name(format!("'{name}")),
                TokenTree::Ident(name) => self.name(name.to_string()),
                TokenTree::Punct(punct) if punct.as_char() == '\'' => {
                    quote = true;
                    continue;
                }
                _ => {}
            }
            quote = false;
        }
    }
}

impl Visit<'_> for Mentions<'_> {
    fn visit_path(&mut self, path: &Path) {
        // Only the first segment can be a parameter: `T` and `T::Item`, but not `module::T`.
        if let (None, Some(first)) = (path.leading_colon, path.segments.first()) {
            self.name(first.ident.to_string());
        }
        self.items.extend(path.segments.iter().skip(1).map(|item| item.ident.to_string()));
        visit::visit_path(self, path);
    }

    fn visit_lifetime(&mut self, lifetime: &Lifetime) {
        self.name(lifetime.to_string());
    }

    fn visit_macro(&mut self, call: &Macro) {
        self.tokens(call.tokens.clone());
    }

    fn visit_type(&mut self, ty: &Type) {
        match ty {
            Type::Verbatim(tokens) => self.tokens(tokens.clone()),
            ty => visit::visit_type(self, ty),
        }
    }

    fn visit_expr(&mut self, expr: &Expr) {
        match expr {
            Expr::Verbatim(tokens) => self.tokens(tokens.clone()),
            expr => visit::visit_expr(self, expr),
        }
    }
}

/// `Self` in a moved field: it goes on to mean the struct that the user wrote.
pub(crate) struct SpellOutSelf {
    ident: Ident,
    path: Path,
}

impl SpellOutSelf {
    pub(crate) fn new(ident: &Ident, generics: &Generics) -> Self {
        let (_, arguments, _) = generics.split_for_impl();
        SpellOutSelf { ident: ident.clone(), path: parse_quote!(#ident #arguments) }
    }

    /// The struct's path, where `Self` stood.
    fn path_at(&self, span: Span) -> Path {
        let mut path = self.path.clone();
        path.segments[0].ident.set_span(span);
        path
    }

    /// `Self` or `Self::Name`, as a path through the struct's type.
    fn spell_out(&self, qself: &mut Option<QSelf>, path: &mut Path) {
        let starts = path.leading_colon.is_none()
            && path.segments.first().is_some_and(|first| first.ident == "Self");
        if qself.is_some() || !starts {
            return;
        }
        let own = self.path_at(path.segments[0].ident.span());
        if path.segments.len() == 1 {
            *path = own;
            return;
        }
        let rest = path.segments.iter().skip(1);
        let spelled: TypePath = parse_quote!(<#own> #(::#rest)*);
        *qself = spelled.qself;
        *path = spelled.path;
    }

    fn tokens(&self, tokens: TokenStream) -> TokenStream {
        tokens
            .into_iter()
            .map(|token| match token {
                TokenTree::Ident(name) if name == "Self" => {
                    self.path_at(name.span()).into_token_stream()
                }
                TokenTree::Group(group) => {
                    let inside = self.tokens(group.stream());
                    let mut replaced = proc_macro2::Group::new(group.delimiter(), inside);
                    replaced.set_span(group.span());
                    replaced.into_token_stream()
                }
                token => token.into_token_stream(),
            })
            .collect()
    }
}

impl VisitMut for SpellOutSelf {
    fn visit_type_path_mut(&mut self, ty: &mut TypePath) {
        visit_mut::visit_type_path_mut(self, ty);
        self.spell_out(&mut ty.qself, &mut ty.path);
    }

    fn visit_expr_path_mut(&mut self, expr: &mut ExprPath) {
        visit_mut::visit_expr_path_mut(self, expr);
        // A lone `Self` would be the constructor, which has no type arguments.
        if expr.path.is_ident("Self") {
            let mut ident = self.ident.clone();
            ident.set_span(expr.path.segments[0].ident.span());
            expr.path = ident.into();
            return;
        }
        self.spell_out(&mut expr.qself, &mut expr.path);
    }

    fn visit_macro_mut(&mut self, call: &mut Macro) {
        call.tokens = self.tokens(std::mem::take(&mut call.tokens));
    }
}
