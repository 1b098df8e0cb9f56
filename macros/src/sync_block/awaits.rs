//! What a block without `async` may await: what its own guard is given to, and nothing else.
//!
//! Its guard's waits release the lock meanwhile, and a helper that takes the guard has it in its own
//! hands. What is awaited by a macro is seen where it is written between the macro's delimiters, and
//! where the macro is known to await; in the macro's own definition it can't be.

mod given;
mod macros;
mod refused;
mod scope;
mod tokens;
mod verdict;
mod wording;

use std::collections::HashSet;

use syn::visit::{self, Visit};
use syn::{Expr, ExprMethodCall, Ident, Macro, Stmt};

use self::given::{given, lent, unlimited};
use self::refused::{waits_by_another, without_refused_waits};
use self::wording::MOVE_OUT;
use super::parse::Input;
use super::read::{Body, Contents, Macros};
use crate::diag::Errors;

/// Reports what is awaited in a block that may not await. What comes back is the block to go on
/// with, if it is another than the user's.
pub(super) fn check(input: &Input, macros: &Macros, errors: &mut Errors) -> Option<Body> {
    let awaits =
        || input.body.mentions(&["await", "sync_block"]) || input.body.mentions(macros::AWAITING);
    if input.may_await || !awaits() {
        return None;
    }
    let mut awaits = Awaits {
        input,
        macros,
        inner: Vec::new(),
        shadowed: HashSet::new(),
        released: HashSet::new(),
        in_a_loop: false,
        wait_refused: false,
        errors,
    };
    awaits.body(&input.body);
    awaits.wait_refused.then(|| without_refused_waits(input))
}

/// Finds what is awaited by the block itself. It does not look into nested async blocks,
/// closures and items, which are not run by the block itself.
struct Awaits<'a> {
    input: &'a Input,
    macros: &'a Macros,
    /// The nested blocks around what is looked at.
    inner: Vec<Scope>,
    /// The names that stand for something else than a guard here.
    shadowed: HashSet<String>,
    /// The guards that were released by now, whichever way led here.
    released: HashSet<String>,
    /// Whether what is looked at may run again.
    in_a_loop: bool,
    /// Whether a wait was refused that the compiler would complain of, too.
    wait_refused: bool,
    errors: &'a mut Errors,
}

struct Scope {
    names: Vec<Ident>,
    locks: String,
    /// Whether it holds several locks.
    several: bool,
    may_await: bool,
}

impl Awaits<'_> {
    fn body(&mut self, body: &Body) {
        self.scope(|this| match body.statements() {
            Some(statements) => this.statements(statements),
            None => this.tokens(body.braces.stream()),
        });
    }

    fn statements(&mut self, statements: &[Stmt]) {
        for (at, statement) in statements.iter().enumerate() {
            self.taken_back(statement, &statements[at + 1..]);
            self.visit_stmt(statement);
        }
    }

    /// A nested block. Its locks may be entered; what else it awaits is awaited with the outer lock
    /// held.
    fn block(&mut self, nested: &Input) {
        for entry in &nested.entries {
            self.visit_expr(&entry.head);
        }
        self.inner.push(Scope {
            names: nested.names().cloned().collect(),
            locks: nested.locks(),
            several: nested.entries.len() > 1,
            may_await: nested.may_await,
        });
        self.scope(|this| {
            for name in nested.names() {
                this.shadowed.remove(&name.to_string());
            }
            this.body(&nested.body);
        });
        self.inner.pop();
    }

    /// What stands between a macro's delimiters.
    fn contents(&mut self, contents: &Contents) {
        match contents {
            Contents::Block(nested) => self.block(nested),
            Contents::BrokenBlock => {}
            Contents::Expressions(all) => all.iter().for_each(|expr| self.visit_expr(expr)),
            Contents::Statements(all) => self.statements(all),
            Contents::Tokens(tokens) => self.tokens(tokens.clone()),
        }
    }
}

impl Visit<'_> for Awaits<'_> {
    fn visit_expr_await(&mut self, expr: &syn::ExprAwait) {
        let span = expr.await_token.span;
        match unlimited(&expr.base) {
            Expr::MethodCall(call) if waits_by_another(call, self.input) => {
                let has_limit =
                    matches!(&*expr.base, Expr::MethodCall(limit) if limit.method == "within");
                self.waited(span, call, has_limit);
            }
            Expr::MethodCall(call) if call.method == "acquire" => {
                self.acquired(span, &call.receiver);
            }
            awaited => {
                let mut guards = given(awaited);
                guards.retain(|name| self.is_guard(name));
                match lent(awaited).filter(|name| self.is_guard(name)) {
                    Some(lent) => self.awaited(span, &guards, &wording::give_the_guard(lent)),
                    None => self.awaited(span, &guards, MOVE_OUT),
                }
            }
        }
        visit::visit_expr_await(self, expr);
    }

    fn visit_macro(&mut self, call: &Macro) {
        let path: Vec<&Ident> = call.path.segments.iter().map(|segment| &segment.ident).collect();
        if !self.awaiting_macro(&path, &call.tokens) {
            self.contents(&self.macros.contents(call));
        }
    }

    fn visit_expr(&mut self, expr: &Expr) {
        match expr {
            Expr::Verbatim(tokens) => self.tokens(tokens.clone()),
            expr => visit::visit_expr(self, expr),
        }
    }

    fn visit_expr_call(&mut self, call: &syn::ExprCall) {
        visit::visit_expr_call(self, call);
        match (&*call.func, call.args.first()) {
            (Expr::Path(function), Some(value)) if ends_in(&function.path, "drop") => {
                self.release(value);
            }
            _ => {}
        }
    }

    fn visit_expr_method_call(&mut self, call: &ExprMethodCall) {
        visit::visit_expr_method_call(self, call);
        if call.method == "release" {
            self.release(&call.receiver);
        }
    }

    fn visit_expr_assign(&mut self, expr: &syn::ExprAssign) {
        visit::visit_expr_assign(self, expr);
        self.assigned(&expr.left);
    }

    fn visit_block(&mut self, block: &syn::Block) {
        self.scope(|this| this.statements(&block.stmts));
    }

    fn visit_expr_loop(&mut self, expr: &syn::ExprLoop) {
        self.repeated(|this| visit::visit_expr_loop(this, expr));
    }

    fn visit_local(&mut self, local: &syn::Local) {
        visit::visit_local(self, local);
        self.bound(&local.pat, local.init.as_ref().map(|init| &*init.expr));
    }

    fn visit_expr_let(&mut self, expr: &syn::ExprLet) {
        visit::visit_expr_let(self, expr);
        self.bound(&expr.pat, Some(&expr.expr));
    }

    fn visit_expr_if(&mut self, expr: &syn::ExprIf) {
        self.scope(|this| {
            this.visit_expr(&expr.cond);
            this.visit_block(&expr.then_branch);
        });
        if let Some((_, otherwise)) = &expr.else_branch {
            self.visit_expr(otherwise);
        }
    }

    fn visit_expr_while(&mut self, expr: &syn::ExprWhile) {
        self.repeated(|this| this.scope(|this| visit::visit_expr_while(this, expr)));
    }

    fn visit_expr_for_loop(&mut self, expr: &syn::ExprForLoop) {
        self.visit_expr(&expr.expr);
        self.repeated(|this| {
            this.scope(|this| {
                this.bound(&expr.pat, Some(&expr.expr));
                this.visit_block(&expr.body);
            });
        });
    }

    fn visit_expr_match(&mut self, expr: &syn::ExprMatch) {
        self.visit_expr(&expr.expr);
        for arm in &expr.arms {
            self.scope(|this| {
                this.bound(&arm.pat, Some(&expr.expr));
                this.visit_arm(arm);
            });
        }
    }

    fn visit_expr_async(&mut self, _: &syn::ExprAsync) {}
    fn visit_expr_closure(&mut self, _: &syn::ExprClosure) {}
    fn visit_expr_const(&mut self, _: &syn::ExprConst) {}
    fn visit_item(&mut self, _: &syn::Item) {}
}

fn ends_in(path: &syn::Path, name: &str) -> bool {
    path.segments.last().is_some_and(|last| last.ident == name)
}
