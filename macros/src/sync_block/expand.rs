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

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, Token};

use super::check::Checked;

/// The contents of the block that takes the macro's place.
///
/// The heads stand in a `match`, so that what they borrow from lives as long as the block.
pub(crate) fn expand(underlock: &TokenStream, block: &Checked) -> TokenStream {
    // `$crate` means something with its own span alone, and calls stand under the user's heads.
    let name = Ident::new("__underlock", Span::mixed_site());
    let private = quote!(#name);
    let entries = entries(block);
    let heads = tuple(entries.iter().map(|entry| borrow(entry.head)));
    let locks = tuple(entries.iter().map(|entry| entry.lock.to_token_stream()));
    let again = block.entered_again.iter().map(|lock| {
        let lock = borrow(lock);
        quote!(if false { #private::entered_again(#lock); })
    });
    let body = body(&entries, block);
    let run = match entries.as_slice() {
        [entry] => one(&private, entry, &body),
        entries => several(&private, entries, &body),
    };
    quote_spanned! { Span::mixed_site() =>
        use #underlock::__private as #name;
        match #heads {
            #locks => {
                #(#again)*
                #run
            }
        }
    }
}

/// A tuple of two or more, or the one.
fn tuple(parts: impl Iterator<Item = TokenStream>) -> TokenStream {
    let parts: Vec<TokenStream> = parts.collect();
    match parts.as_slice() {
        [one] => one.clone(),
        parts => quote_spanned!(Span::mixed_site()=> (#(#parts),*)),
    }
}

/// A guard and its lock, ready to be written.
struct Entry<'a> {
    /// The guard's name: the user's, or one that only the macro can reach.
    guard: Ident,
    /// Whether the user knows the guard, and may leave it unused or unchanged.
    named: bool,
    /// The name of the reference to what the head evaluates to.
    lock: Ident,
    head: &'a Expr,
    /// The name of the method that limits how long the block waits.
    limit: Option<&'a Ident>,
}

impl Entry<'_> {
    /// The pattern that binds the guard.
    ///
    /// All of it is spanned as the guard's name: a variable whose pattern has a part of another
    /// crate's macro goes without a name in what the compiler says of it, and what it says most is
    /// that a guard was moved. The lint about an unused `mut` stays quiet, see [`body`].
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

    /// Refuses what may not stand in a block of several, by its type.
    fn check_beside(&self, private: &TokenStream) -> TokenStream {
        let Entry { lock, .. } = self;
        let check = at(lock.span(), quote!(#private::Beside(#lock).check()));
        quote_spanned! { Span::mixed_site() =>
            if false {
                use #private::BesideOthers as _;
                #check;
            }
        }
    }

    /// The future, awaited. In code that is not async, the compiler points at the `await`.
    fn awaited(&self, future: &TokenStream) -> TokenStream {
        quote_spanned!(self.lock.span()=> #future.await)
    }
}

fn entries(block: &Checked) -> Vec<Entry<'_>> {
    let mut seen = HashSet::new();
    let entries = block.entries.iter().enumerate();
    entries
        .map(|(index, entry)| {
            // A name that comes twice is reported, and the second guard kept all the same.
            let name = entry.name.as_ref().filter(|name| seen.insert(name.to_string()));
            let guard = name.cloned().unwrap_or_else(|| own_name("_guard", index));
            let mut lock = own_name("lock", index);
            lock.set_span(lock.span().located_at(name_of_lock(&entry.lock)));
            Entry {
                guard,
                named: name.is_some(),
                lock,
                head: &entry.head,
                limit: entry.limit.as_ref(),
            }
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
fn body(entries: &[Entry<'_>], block: &Checked) -> TokenStream {
    let named = entries.iter().filter(|entry| entry.named).map(|entry| &entry.guard);
    // A guard is there to be held. That the block makes no use of it, or changes nothing by it, is
    // no reason for a lint; a name with an underscore in front has none to fear.
    let named: Vec<_> = named.filter(|name| !name.to_string().starts_with('_')).collect();
    // A way that is never gone, and that does not lead into the block: a guard that may be borrowed
    // when the block is suspended would be kept, and copied about, after it was moved.
    let used = (!named.is_empty()).then(|| quote!(if false { #(let _ = &mut #named;)* loop {} }));
    let body = own_braces(&block.body.braces);
    quote! {
        #used
        #body
    }
}

/// The same braces, of this crate's edition.
fn own_braces(group: &Group) -> Group {
    let mut own = Group::new(group.delimiter(), group.stream());
    own.set_span(Span::mixed_site().located_at(group.span()));
    own
}

fn one(private: &TokenStream, entry: &Entry<'_>, body: &TokenStream) -> TokenStream {
    let guard = entry.binding();
    if entry.limit.is_some() {
        let entered = entry.awaited(&entry.call(private, "try_enter"));
        return fallible(private, &entered, &guard, body);
    }
    let entered = entry.awaited(&entry.call(private, "enter"));
    quote_spanned! { Span::mixed_site() =>
        let #guard = #entered;
        #body
    }
}

/// All heads at once: they nest to the right, in what is entered and in what is bound.
fn several(private: &TokenStream, entries: &[Entry<'_>], body: &TokenStream) -> TokenStream {
    let Some((last, others)) = entries.split_last() else { return TokenStream::new() };
    let checks = entries.iter().map(|entry| entry.check_beside(private));
    let limited = last.limit.is_some();
    let slot = last.call(private, if limited { "limited_slot" } else { "slot" });
    let slots = others.iter().rev().fold(slot, |rest, entry| {
        let slot = entry.call(private, "slot");
        quote_spanned!(Span::mixed_site()=> #private::both(#slot, #rest))
    });
    let guards = others.iter().rev().fold(last.binding(), |rest, entry| {
        let guard = entry.binding();
        quote_spanned!(Span::mixed_site()=> (#guard, #rest))
    });
    let run = if limited {
        let lock = &last.lock;
        let entering = quote_spanned! { Span::mixed_site() =>
            #private::try_enter_several(#lock, #slots)
        };
        fallible(private, &last.awaited(&entering), &guards, body)
    } else {
        let entering = quote_spanned!(Span::mixed_site()=> #private::enter_several(#slots));
        let entered = others[0].awaited(&entering);
        quote_spanned! { Span::mixed_site() =>
            let #guards = #entered;
            #body
        }
    };
    quote_spanned! { Span::mixed_site() =>
        #(#checks)*
        #run
    }
}

/// A block that may not run. It stands in place, as an argument, so that the type that is expected
/// of the macro is expected of it. The branch that is never taken keeps the compiler from calling
/// the `Ok` around a block that diverges unreachable.
fn fallible(
    private: &TokenStream,
    entered: &TokenStream,
    guards: &TokenStream,
    body: &TokenStream,
) -> TokenStream {
    let result = quote_spanned!(Span::mixed_site()=> #private::core::result::Result);
    quote_spanned! { Span::mixed_site() =>
        match #entered {
            #result::Ok(#guards) => #result::Ok(if true {
                #body
            } else {
                #private::never()
            }),
            #result::Err(error) => #result::Err(error),
        }
    }
}
