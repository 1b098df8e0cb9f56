//! Reading the user's block for the checks: what can't be parsed is no reason to fail.
//!
//! In a user's build this crate is most often not optimised, and reading a block would take longer
//! than all else. So one that can't hold anything to be checked is not read, and any other once.

use std::cell::OnceCell;

use proc_macro2::{Group, TokenStream, TokenTree};
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::{Attribute, Block, Expr, Ident, Macro, Pat, Stmt, Token};

use super::parse::{Input, parse};
use crate::diag::Errors;

/// A block in braces.
pub(crate) struct Body {
    pub(crate) braces: Group,
    statements: OnceCell<Option<Vec<Stmt>>>,
}

impl Body {
    pub(super) fn new(braces: Group) -> Self {
        Body { braces, statements: OnceCell::new() }
    }

    /// The statements between the braces, unless they are of a syntax that can't be parsed. Then
    /// either the compiler reports it, or it knows better.
    pub(super) fn statements(&self) -> Option<&[Stmt]> {
        let read = || {
            let parser = |input: syn::parse::ParseStream| {
                input.call(Attribute::parse_inner)?;
                input.call(Block::parse_within)
            };
            parser.parse2(self.braces.stream()).ok()
        };
        self.statements.get_or_init(read).as_deref()
    }

    /// Whether one of these names may be assigned to in it.
    pub(super) fn may_assign(&self, is_wanted: &impl Fn(&Ident) -> bool) -> bool {
        may_assign(self.braces.stream(), is_wanted)
    }

    /// Whether one of these words stands in it.
    pub(super) fn mentions(&self, words: &[&str]) -> bool {
        mentions(self.braces.stream(), &|name| words.contains(&name.to_string().as_str()))
    }
}

/// Whether a name that is looked for, or a tuple that holds it, stands before a `=`.
fn may_assign(tokens: TokenStream, is_wanted: &impl Fn(&Ident) -> bool) -> bool {
    let mut after_wanted = false;
    tokens.into_iter().any(|token| {
        let (found, is_wanted) = match token {
            TokenTree::Punct(sign) => (after_wanted && sign.as_char() == '=', false),
            TokenTree::Ident(name) => (false, is_wanted(&name)),
            TokenTree::Group(group) => {
                (may_assign(group.stream(), is_wanted), mentions(group.stream(), is_wanted))
            }
            TokenTree::Literal(_) => (false, false),
        };
        after_wanted = is_wanted;
        found
    })
}

/// Whether a name among the tokens is one that is looked for.
pub(super) fn mentions(tokens: TokenStream, is_wanted: &impl Fn(&Ident) -> bool) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(name) => is_wanted(&name),
        TokenTree::Group(group) => mentions(group.stream(), is_wanted),
        _ => false,
    })
}

/// What stands between a macro's delimiters, as far as it can be told.
pub(super) enum Inside {
    /// It is a `sync_block!`.
    Block(Box<Input>),
    /// It is a `sync_block!` that does not parse, as its own expansion is going to report.
    BrokenBlock,
    Expressions(Punctuated<Expr, Token![,]>),
    Statements(Vec<Stmt>),
    Tokens(TokenStream),
}

impl Inside {
    pub(super) fn of(call: &Macro) -> Self {
        let tokens = call.tokens.clone();
        if named(call, &["sync_block"]) {
            let block = parse(tokens, &mut Errors::default());
            return block.map_or(Inside::BrokenBlock, |block| Inside::Block(Box::new(block)));
        }
        let expressions = Punctuated::parse_terminated;
        if let Ok(expressions) = expressions.parse2(tokens.clone()) {
            return Inside::Expressions(expressions);
        }
        match Block::parse_within.parse2(tokens.clone()) {
            Ok(statements) => Inside::Statements(statements),
            Err(_) => Inside::Tokens(tokens),
        }
    }
}

/// Whether the last name of the macro's path is one of these.
pub(super) fn named(call: &Macro, names: &[&str]) -> bool {
    call.path.segments.last().is_some_and(|last| names.iter().any(|name| last.ident == name))
}

/// The one name that an expression is, if it is one.
pub(super) fn name_of(expr: &Expr) -> Option<&Ident> {
    match expr {
        Expr::Path(path) => path.path.get_ident(),
        Expr::Paren(inner) => name_of(&inner.expr),
        Expr::Group(inner) => name_of(&inner.expr),
        _ => None,
    }
}

/// The names that a pattern binds. (One that stands for a constant is taken for one of them.)
pub(super) fn names_bound(pattern: &Pat) -> Vec<String> {
    struct Names(Vec<String>);

    impl Visit<'_> for Names {
        fn visit_pat_ident(&mut self, pattern: &syn::PatIdent) {
            self.0.push(pattern.ident.to_string());
            visit::visit_pat_ident(self, pattern);
        }
    }

    let mut names = Names(Vec::new());
    names.visit_pat(pattern);
    names.0
}
