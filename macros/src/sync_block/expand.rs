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

use proc_macro2::{Group, Ident, Literal, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, Token};

use super::check::assigns_guard;
use super::parse::{Input, Mode};
use super::place::Place;

/// The contents of the block that takes the macro's place. `again` are the locks that are entered
/// inside, to be checked by their types.
pub(crate) fn expand(underlock: &TokenStream, input: &Input, again: &[Expr]) -> TokenStream {
    let private = quote!(#underlock::__private);
    let entries = entries(input);
    let kept = entries.iter().filter_map(|entry| entry.kept.as_ref());
    let again = again.iter().map(|lock| {
        let lock = borrow(lock);
        quote!(if false { #private::entered_again(#lock); })
    });
    let run = match entries.as_slice() {
        [entry] => one(&private, input, entry),
        entries => several(&private, input, entries),
    };
    quote! {
        #(#kept)*
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
    /// The statement that keeps the lock reachable, where it is the result of a call.
    kept: Option<TokenStream>,
    /// A reference to the lock.
    ///
    /// A place is written out each time, so that what the compiler has to say about the lock's type
    /// stands under the whole of it.
    reference: TokenStream,
    lock: &'a Expr,
}

impl Entry<'_> {
    /// The macro's own tokens that an error may point at: they are located at the lock.
    fn span(&self) -> Span {
        Span::mixed_site().located_at(self.lock.span())
    }

    fn awaiting(&self, future: &TokenStream) -> TokenStream {
        let span = self.span();
        quote_spanned!(span=> #future.await)
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
            let borrowed = borrow(&entry.lock);
            let (kept, reference) = if Place::of(&entry.lock).is_some() {
                (None, borrowed)
            } else {
                let lock = own_name("lock", index);
                (Some(quote!(let #lock = #borrowed;)), quote!(#lock))
            };
            Entry { guard, named: name.is_some(), kept, reference, lock: &entry.lock }
        })
        .collect()
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
    let named = named.filter(|name| !name.to_string().starts_with('_'));
    // That a wait gave the lock back is reason enough to assign the guard: it is released after.
    let allow = assigns_guard(input).then(|| quote!(#[allow(unused_assignments)]));
    let body = own_braces(&input.body);
    quote! {
        #(let _ = &mut #named;)*
        #allow
        #body
    }
}

fn otherwise(private: &TokenStream, input: &Input) -> TokenStream {
    if let Some(otherwise) = &input.otherwise {
        let otherwise = own_braces(otherwise);
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
    let Entry { guard, reference, .. } = entry;
    let body = body(std::slice::from_ref(entry), input);
    let enter = quote!(#private::enter(#reference));
    let entered = match &input.mode {
        Mode::Wait => {
            let entered = entry.awaiting(&enter);
            return quote_spanned! { Span::mixed_site() =>
                let mut #guard = #entered;
                #body
            };
        }
        Mode::Try => quote!(#private::try_enter(#reference)),
        Mode::Within(limit) => entry.awaiting(&quote!(#private::within(#limit, #enter))),
    };
    let otherwise = otherwise(private, input);
    quote_spanned! { Span::mixed_site() =>
        if let #private::core::option::Option::Some(mut #guard) = #entered {
            #body
        } else #otherwise
    }
}

fn several(private: &TokenStream, input: &Input, entries: &[Entry<'_>]) -> TokenStream {
    let some = quote!(#private::core::option::Option::Some);
    let none = quote!(#private::core::option::Option::None);
    let guards: Vec<&Ident> = entries.iter().map(|entry| &entry.guard).collect();
    let references: Vec<&TokenStream> = entries.iter().map(|entry| &entry.reference).collect();
    let slots: Vec<Ident> = (0..entries.len()).map(|index| own_name("slot", index)).collect();
    let body = body(entries, input);

    // Whatever order the locks are named in, everybody takes them in the same. That order is there
    // before the first `await`: the addresses in it must not make the future less than `Send`.
    let order = quote_spanned! { Span::mixed_site() =>
        let order = #private::in_order([#(#private::address(#references)),*]);
    };
    let indices = (0..entries.len() - 1).map(Literal::usize_unsuffixed).map(|index| quote!(#index));
    let indices = indices.chain([quote!(_)]);
    let enter = entries
        .iter()
        .zip(&references)
        .map(|(entry, reference)| entry.awaiting(&quote!(#private::enter(#reference))));
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
                let (#(#some(mut #guards)),*) = (#(#slots),*) else {
                    #private::core::unreachable!()
                };
                #body
            };
        }
        Mode::Try => {
            let all = quote!(#some((#(#slots),*)));
            let tried = slots.iter().zip(&references).rev();
            tried.fold(all, |rest, (slot, reference)| {
                quote_spanned! { Span::mixed_site() =>
                    match #private::try_enter(#reference) {
                        #some(#slot) => #rest,
                        #none => #none,
                    }
                }
            })
        }
        Mode::Within(limit) => {
            let taken = quote_spanned! { Span::mixed_site() =>
                #private::within(#limit, async {
                    #take
                    match (#(#slots),*) {
                        (#(#some(#slots)),*) => (#(#slots),*),
                        _ => #private::core::unreachable!(),
                    }
                })
            };
            entries[0].awaiting(&taken)
        }
    };
    let otherwise = otherwise(private, input);
    quote_spanned! { Span::mixed_site() =>
        #order
        if let #some((#(mut #guards),*)) = #entered {
            #body
        } else #otherwise
    }
}
