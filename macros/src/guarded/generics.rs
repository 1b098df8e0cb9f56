//! The generics of what is generated: just those that the moved fields mention.

use std::collections::HashSet;

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{
    Expr, ExprPath, GenericArgument, GenericParam, Generics, Ident, Lifetime, Macro, Path,
    PathArguments, QSelf, Type, TypeParamBound, TypePath, WherePredicate, parse_quote,
};

/// `generics` cut down to what `types` mention: their parameters, and of the bounds those that
/// speak of nothing else.
pub(crate) fn mentioned_by<'a>(
    generics: &Generics,
    types: impl IntoIterator<Item = &'a Type>,
) -> Generics {
    let mut mentions = Mentions::of(generics);
    for ty in types {
        mentions.visit_type(ty);
    }
    let taken = mentions.found;
    let speaks_of_others = |visit: &dyn Fn(&mut Mentions<'_>)| {
        let mut mentions = Mentions::of(generics);
        visit(&mut mentions);
        mentions.own_self || !mentions.found.is_subset(&taken)
    };

    let mut own = Generics {
        params: generics
            .params
            .iter()
            .filter(|param| taken.contains(&key(param)))
            .cloned()
            .collect(),
        ..Generics::default()
    };
    for param in &mut own.params {
        match param {
            GenericParam::Lifetime(param) => {
                param.bounds = std::mem::take(&mut param.bounds)
                    .into_iter()
                    .filter(|bound| !speaks_of_others(&|mentions| mentions.visit_lifetime(bound)))
                    .collect();
            }
            GenericParam::Type(param) => {
                param.bounds = std::mem::take(&mut param.bounds)
                    .into_iter()
                    .filter_map(|bound| kept(bound, &speaks_of_others))
                    .collect();
                param.default = param.default.take().filter(|(_, default)| {
                    !speaks_of_others(&|mentions| mentions.visit_type(default))
                });
            }
            GenericParam::Const(_) => {}
        }
    }
    only_trailing_defaults(&mut own);

    let predicates = generics.where_clause.iter().flat_map(|clause| &clause.predicates);
    for predicate in predicates {
        let mut mentions = Mentions::of(generics);
        let mut predicate = predicate.clone();
        match &mut predicate {
            WherePredicate::Type(predicate) => {
                mentions.visit_type(&predicate.bounded_ty);
                predicate.bounds = std::mem::take(&mut predicate.bounds)
                    .into_iter()
                    .filter_map(|bound| kept(bound, &speaks_of_others))
                    .collect();
                if predicate.bounds.is_empty() {
                    continue;
                }
            }
            WherePredicate::Lifetime(predicate) => {
                mentions.visit_lifetime(&predicate.lifetime);
                predicate.bounds = std::mem::take(&mut predicate.bounds)
                    .into_iter()
                    .filter(|bound| !speaks_of_others(&|mentions| mentions.visit_lifetime(bound)))
                    .collect();
                if predicate.bounds.is_empty() {
                    continue;
                }
            }
            _ => mentions.visit_where_predicate(&predicate),
        }
        if !mentions.own_self && !mentions.found.is_empty() && mentions.found.is_subset(&taken) {
            own.make_where_clause().predicates.push(predicate);
        }
    }
    own
}

/// The bound, if it speaks of taken parameters only. Of `Iterator<Item = T>` without `T` the
/// `Iterator` is kept, since a field of type `Peekable<I>` can't do without.
fn kept(
    mut bound: TypeParamBound,
    speaks_of_others: &impl Fn(&dyn Fn(&mut Mentions<'_>)) -> bool,
) -> Option<TypeParamBound> {
    if !speaks_of_others(&|mentions| mentions.visit_type_param_bound(&bound)) {
        return Some(bound);
    }
    let TypeParamBound::Trait(of_trait) = &mut bound else {
        return None;
    };
    for segment in &mut of_trait.path.segments {
        if let PathArguments::AngleBracketed(arguments) = &mut segment.arguments {
            arguments.args = std::mem::take(&mut arguments.args)
                .into_iter()
                .filter(|argument| {
                    !matches!(
                        argument,
                        GenericArgument::AssocType(_)
                            | GenericArgument::AssocConst(_)
                            | GenericArgument::Constraint(_)
                    )
                })
                .collect();
            if arguments.args.is_empty() {
                segment.arguments = PathArguments::None;
            }
        }
    }
    (!speaks_of_others(&|mentions| mentions.visit_type_param_bound(&bound))).then_some(bound)
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
    /// `Self` was mentioned, and so everything.
    own_self: bool,
}

impl<'a> Mentions<'a> {
    fn of(params: &'a Generics) -> Self {
        Mentions { params, found: HashSet::new(), own_self: false }
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
