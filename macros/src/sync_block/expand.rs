//! What `sync_block!` writes.
//!
//! The user's block stands in place, in no closure and no async block, so that `?`, `return`,
//! `break` and its value work as everywhere. Every name of the macro's own is hygienic.
//!
//! All braces and keywords around the user's code are spanned as the macro's, for more than its
//! looks: an edition goes with a span, and this crate is of edition 2024, in which the temporaries
//! of a block's last expression are dropped with the block, and those of an `if let` before its
//! `else`. So nothing borrows from a guard that is gone, whatever the user's edition is.

use std::collections::HashSet;

use proc_macro2::{Group, Ident, Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, Token};

use super::again::assigns_guard;
use super::parse::{Input, Mode};

/// The contents of the block that takes the macro's place. `again` are the locks that are entered
/// inside, to be checked by their types.
pub(crate) fn expand(underlock: &TokenStream, input: &Input, again: &[Expr]) -> TokenStream {
    let private = quote!(#underlock::__private);
    let entries = entries(input);
    let borrowed = entries.iter().map(|Entry { lock, expr, .. }| {
        let expr = borrow(expr);
        quote!(let #lock = #expr;)
    });
    let again = again.iter().map(|lock| {
        let lock = borrow(lock);
        quote!(if false { #private::entered_again(#lock); })
    });
    let run = match entries.as_slice() {
        [entry] => one(&private, input, entry),
        entries => several(&private, input, entries),
    };
    quote! {
        #(#borrowed)*
        #(#again)*
        #run
    }
}

/// A guard and its lock, ready to be written.
struct Entry<'a> {
    /// The guard's name: the user's, or one that only the macro can reach.
    guard: Ident,
    /// Whether the user knows the guard, and may leave it unused or unchanged.
    named: bool,
    /// The name of the reference to the lock.
    lock: Ident,
    expr: &'a Expr,
}

impl Entry<'_> {
    /// The pattern that binds the guard.
    ///
    /// All of it is spanned as the guard's name: a variable whose pattern has a part of another
    /// crate's macro goes without a name in what the compiler says of it, and what it says most is
    /// that a guard was moved. The lint about a `mut` in vain has nothing to say, see [`body`].
    fn binding(&self) -> TokenStream {
        let guard = &self.guard;
        let mutable = Token![mut](guard.span());
        quote!(#mutable #guard)
    }

    /// A call of one of the run-time crate's functions with the lock.
    ///
    /// All of its tokens have the one span of the lock's name in the user's expression. So what the
    /// compiler has to say about a wrong type, it says there, and just once: not again for the
    /// call, and again for its `await`.
    fn call(&self, private: &TokenStream, function: &str) -> TokenStream {
        let Entry { lock, .. } = self;
        let function = Ident::new(function, lock.span());
        at(lock.span(), quote!(#private::#function(#lock)))
    }

    /// The future, awaited. In code that is not async, the compiler points at the `await`.
    fn awaited(&self, future: &TokenStream) -> TokenStream {
        quote_spanned!(self.lock.span()=> #future.await)
    }
}

fn entries(input: &Input) -> Vec<Entry<'_>> {
    let mut seen = HashSet::new();
    let entries = input.entries.iter().enumerate();
    entries
        .map(|(index, entry)| {
            // A name that comes twice is reported, and the second guard kept all the same.
            let name = entry.name.as_ref().filter(|name| seen.insert(name.to_string()));
            let guard = name.cloned().unwrap_or_else(|| own_name("_guard", index));
            let mut lock = own_name("lock", index);
            lock.set_span(lock.span().located_at(name_of_lock(&entry.lock)));
            Entry { guard, named: name.is_some(), lock, expr: &entry.lock }
        })
        .collect()
}

/// The span of what a message about a lock should stand under: the last name in its expression.
fn name_of_lock(expr: &Expr) -> Span {
    let names = expr.to_token_stream().into_iter().filter_map(|token| match token {
        TokenTree::Ident(name) => Some(name.span()),
        _ => None,
    });
    names.last().unwrap_or_else(|| expr.span())
}

/// These tokens, all with this span.
fn at(span: Span, tokens: TokenStream) -> TokenStream {
    let respan = |mut token: TokenTree| {
        token.set_span(span);
        token
    };
    tokens.into_iter().map(respan).collect()
}

/// A name in no reach of the user's code.
fn own_name(name: &str, index: usize) -> Ident {
    format_ident!("{name}{index}", span = Span::mixed_site())
}

fn borrow(lock: &Expr) -> TokenStream {
    let reference = syn::ExprReference {
        attrs: Vec::new(),
        and_token: Token![&](lock.span()),
        mutability: None,
        expr: Box::new(lock.clone()),
    };
    quote!(#reference)
}

/// The user's block, where the guards of these entries are bound.
fn body(entries: &[Entry<'_>], input: &Input) -> TokenStream {
    let named = entries.iter().filter(|entry| entry.named).map(|entry| &entry.guard);
    // A guard is there to be held. That the block makes no use of it, or changes nothing by it, is
    // no reason for a lint; a name with an underscore in front has none to fear.
    let named: Vec<_> = named.filter(|name| !name.to_string().starts_with('_')).collect();
    // A way that is never gone, and that does not lead into the block: a guard that may be borrowed
    // when the block is suspended would be kept, and copied about, after it was moved.
    let used = (!named.is_empty()).then(|| quote!(if false { #(let _ = &mut #named;)* loop {} }));
    // That a wait gave the lock back is reason enough to assign the guard: it is released after.
    let allow = assigns_guard(input).then(
        || quote!(#[allow(unused_assignments, reason = "the guard is released after the block")]),
    );
    let body = own_braces(&input.body.braces);
    quote! {
        #used
        #allow
        #body
    }
}

fn otherwise(private: &TokenStream, input: &Input) -> TokenStream {
    if let Some(otherwise) = &input.otherwise {
        let otherwise = own_braces(&otherwise.braces);
        quote!(#otherwise)
    } else {
        // It is reported as missing.
        quote!({ #private::core::unreachable!() })
    }
}

/// The same braces, of this crate's edition.
fn own_braces(group: &Group) -> Group {
    let mut own = Group::new(group.delimiter(), group.stream());
    own.set_span(Span::mixed_site().located_at(group.span()));
    own
}

fn one(private: &TokenStream, input: &Input, entry: &Entry<'_>) -> TokenStream {
    let guard = entry.binding();
    let body = body(std::slice::from_ref(entry), input);
    let enter = entry.call(private, "enter");
    let entered = match &input.mode {
        Mode::Wait => {
            let entered = entry.awaited(&enter);
            return quote_spanned! { Span::mixed_site() =>
                let #guard = #entered;
                #body
            };
        }
        Mode::Try => entry.call(private, "try_enter"),
        Mode::Within(limit) => entry.awaited(&within(private, limit, &enter)),
    };
    let otherwise = otherwise(private, input);
    quote_spanned! { Span::mixed_site() =>
        if let #private::core::option::Option::Some(#guard) = #entered {
            #body
        } else #otherwise
    }
}

/// The future of entering, given up after the user's time.
fn within(private: &TokenStream, limit: &Expr, entering: &TokenStream) -> TokenStream {
    // Located at the time, for a time of a wrong type.
    let span = Span::mixed_site().located_at(limit.span());
    let within = at(span, quote!(#private::within));
    quote_spanned!(span=> #within(#limit, #entering))
}

fn several(private: &TokenStream, input: &Input, entries: &[Entry<'_>]) -> TokenStream {
    let some = quote!(#private::core::option::Option::Some);
    let none = quote!(#private::core::option::Option::None);
    let guards: Vec<TokenStream> = entries.iter().map(Entry::binding).collect();
    let addresses = entries.iter().map(|entry| entry.call(private, "address"));
    let slots: Vec<Ident> = (0..entries.len()).map(|index| own_name("slot", index)).collect();
    let body = body(entries, input);

    // Whatever order the locks are named in, everybody takes them in the same. That order is there
    // before the first `await`: the addresses in it must not make the future less than `Send`.
    let order = quote_spanned! { Span::mixed_site() =>
        let order = #private::in_order([#(#addresses),*]);
    };
    let indices = (0..entries.len() - 1).map(Literal::usize_unsuffixed).map(|index| quote!(#index));
    let indices = indices.chain([quote!(_)]);
    let enter = entries.iter().map(|entry| entry.awaited(&entry.call(private, "enter")));
    let take = quote_spanned! { Span::mixed_site() =>
        #(let mut #slots = #none;)*
        for index in order {
            match index {
                #(#indices => #slots = #some(#enter),)*
            }
        }
    };

    let entered = match &input.mode {
        Mode::Wait => {
            return quote_spanned! { Span::mixed_site() =>
                #order
                #take
                let (#(#some(#guards)),*) = (#(#slots),*) else {
                    #private::core::unreachable!()
                };
                #body
            };
        }
        Mode::Try => {
            let all = quote!(#some((#(#slots),*)));
            slots.iter().zip(entries).rev().fold(all, |rest, (slot, entry)| {
                let tried = entry.call(private, "try_enter");
                quote_spanned! { Span::mixed_site() =>
                    match #tried {
                        #some(#slot) => #rest,
                        #none => #none,
                    }
                }
            })
        }
        Mode::Within(limit) => {
            let entering = quote_spanned! { Span::mixed_site() =>
                async {
                    #take
                    match (#(#slots),*) {
                        (#(#some(#slots)),*) => (#(#slots),*),
                        _ => #private::core::unreachable!(),
                    }
                }
            };
            entries[0].awaited(&within(private, limit, &entering))
        }
    };
    let otherwise = otherwise(private, input);
    quote_spanned! { Span::mixed_site() =>
        #order
        if let #some((#(#guards),*)) = #entered {
            #body
        } else #otherwise
    }
}
