//! Lock expressions compared: when do two of them lead to the same lock?

use std::collections::HashSet;

use quote::ToTokens;
use syn::{Expr, Member};

/// A place that an expression leads to: a path, and fields and elements from there.
///
/// Calls are no places, since each may lead elsewhere. References and dereferences are left out of
/// the comparison: they lead to the same lock.
#[derive(PartialEq, Eq)]
pub(crate) struct Place {
    steps: Vec<String>,
    names: Vec<String>,
}

impl Place {
    pub(crate) fn of(expr: &Expr) -> Option<Self> {
        let mut place = Place { steps: Vec::new(), names: Vec::new() };
        place.walk(expr)?;
        Some(place)
    }

    /// Whether the place depends on one of these names.
    pub(crate) fn mentions(&self, names: &HashSet<String>) -> bool {
        self.names.iter().any(|name| names.contains(name))
    }

    fn walk(&mut self, expr: &Expr) -> Option<()> {
        match expr {
            Expr::Paren(inner) => self.walk(&inner.expr),
            Expr::Group(inner) => self.walk(&inner.expr),
            Expr::Reference(inner) => self.walk(&inner.expr),
            Expr::Unary(inner) if matches!(inner.op, syn::UnOp::Deref(_)) => self.walk(&inner.expr),
            Expr::Path(path) => {
                self.names.extend(path.path.get_ident().map(ToString::to_string));
                self.steps.push(path.to_token_stream().to_string());
                Some(())
            }
            Expr::Field(field) => {
                self.walk(&field.base)?;
                self.steps.push(match &field.member {
                    Member::Named(name) => format!(".{name}"),
                    Member::Unnamed(index) => format!(".{}", index.index),
                });
                Some(())
            }
            Expr::Index(index) => {
                self.walk(&index.expr)?;
                self.steps.push("[".to_owned());
                match &*index.index {
                    Expr::Lit(literal) => self.steps.push(literal.to_token_stream().to_string()),
                    index => self.walk(index)?,
                }
                self.steps.push("]".to_owned());
                Some(())
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(one: &str, other: &str) -> bool {
        let place = |code| Place::of(&syn::parse_str(code).unwrap());
        place(one).is_some() && place(one) == place(other)
    }

    #[test]
    fn places_are_compared_by_where_they_lead() {
        assert!(same("self.lock", "self.lock"));
        assert!(same("self.lock", "&(self.lock)"));
        assert!(same("(*node).lock", "node.lock"));
        assert!(same("locks[0]", "locks[0]"));
        assert!(same("locks[i].0", "locks[i].0"));
        assert!(!same("locks[0]", "locks[1]"));
        assert!(!same("a.lock", "b.lock"));
        assert!(!same("crate::LOCK", "LOCK"));
        assert!(!same("next()", "next()"), "each call may lead to another lock");
    }
}
