//! Expressions that a macro of the user's passes on.
//!
//! An `$x:expr` arrives in a group without delimiters. The compiler does not see that group any more
//! once the tokens were parsed and printed here, and would read `2 * $x` of `1 + 2` as `2 * 1 + 2`.
//! Parentheses it sees.

use std::mem;

use syn::visit_mut::{self, VisitMut};
use syn::{Expr, ExprParen, token};

/// Writes parentheses around what was passed on in one piece.
pub(crate) struct Parenthesize;

impl VisitMut for Parenthesize {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        visit_mut::visit_expr_mut(self, expr);
        let Expr::Group(group) = expr else { return };
        let inner = mem::replace(&mut *group.expr, Expr::PLACEHOLDER);
        *expr = if stays_together(&inner) {
            inner
        } else {
            Expr::Paren(ExprParen {
                attrs: mem::take(&mut group.attrs),
                paren_token: token::Paren(group.group_token.span),
                expr: Box::new(inner),
            })
        };
    }
}

/// Whether no operator can take the expression apart.
fn stays_together(expr: &Expr) -> bool {
    matches!(
        expr,
        Expr::Array(_)
            | Expr::Call(_)
            | Expr::Field(_)
            | Expr::Index(_)
            | Expr::Lit(_)
            | Expr::MethodCall(_)
            | Expr::Paren(_)
            | Expr::Path(_)
            | Expr::Tuple(_)
    )
}
