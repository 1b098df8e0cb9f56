//! Reading the user's block for the checks: what can't be parsed is no reason to fail.
//!
//! In a user's build this crate is most often not optimised, and reading a block would take longer
//! than all else. So one that can't hold anything to be checked is not read, and any other once.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::ptr;
use std::rc::Rc;

use proc_macro2::{Group, TokenStream, TokenTree};
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{Attribute, Block, Expr, Ident, Macro, Stmt, Token};

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

    /// Whether one of these words stands in it.
    pub(super) fn mentions(&self, words: &[&str]) -> bool {
        mentions(self.braces.stream(), &|name| words.contains(&name.to_string().as_str()))
    }
}

/// Whether a name among the tokens is one that is looked for.
pub(super) fn mentions(tokens: TokenStream, is_wanted: &impl Fn(&Ident) -> bool) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(name) => is_wanted(&name),
        TokenTree::Group(group) => mentions(group.stream(), is_wanted),
        _ => false,
    })
}

/// Whether this sign stands there.
pub(super) fn is_sign(tokens: &[TokenTree], at: usize, sign: char) -> bool {
    matches!(tokens.get(at), Some(TokenTree::Punct(punct)) if punct.as_char() == sign)
}

/// The methods of a guard that let go of the lock while they wait.
pub(super) const WAITS: &[&str] = &["wait", "wait_for", "wait_for_some", "wait_until"];

/// What stands between a macro's delimiters, as far as it can be told.
pub(super) enum Contents {
    /// It is a `sync_block!`.
    Block(Box<Input>),
    /// It is a `sync_block!` that does not parse, as its own expansion is going to report.
    BrokenBlock,
    Expressions(Punctuated<Expr, Token![,]>),
    Statements(Vec<Stmt>),
    Tokens(TokenStream),
}

impl Contents {
    /// Those of the macro whose path ends in this name.
    pub(super) fn of(name: &Ident, tokens: TokenStream) -> Self {
        if name == "sync_block" {
            let block = parse(tokens, &mut Errors::default());
            return block.map_or(Contents::BrokenBlock, |block| Contents::Block(Box::new(block)));
        }
        let expressions = Punctuated::parse_terminated;
        if let Ok(expressions) = expressions.parse2(tokens.clone()) {
            return Contents::Expressions(expressions);
        }
        match Block::parse_within.parse2(tokens.clone()) {
            Ok(statements) => Contents::Statements(statements),
            Err(_) => Contents::Tokens(tokens),
        }
    }
}

/// The macros in a block and what stands in them, each read when it is first asked for.
///
/// They are told apart by their addresses, so the block outlives this, unchanged.
#[derive(Default)]
pub(super) struct Macros(RefCell<HashMap<*const Macro, Rc<Contents>>>);

impl Macros {
    pub(super) fn contents(&self, call: &Macro) -> Rc<Contents> {
        let known = self.0.borrow().get(&ptr::from_ref(call)).map(Rc::clone);
        known.unwrap_or_else(|| {
            let tokens = call.tokens.clone();
            let contents = Rc::new(match call.path.segments.last() {
                Some(last) => Contents::of(&last.ident, tokens),
                None => Contents::Tokens(tokens),
            });
            self.0.borrow_mut().insert(ptr::from_ref(call), Rc::clone(&contents));
            contents
        })
    }
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
