//! `sync_block!`: a block of code that runs with one or more locks held.
//!
//! The stages, each in its module: tokens are parsed into an `Input`, checked (`check` calls on the
//! rest), and expanded. Errors gather on the way and are emitted beside the expansion.

mod again;
mod assigned;
mod awaits;
mod check;
mod expand;
mod instances;
mod parse;
mod place;
mod read;

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};

use crate::diag::Errors;

/// The expansion of `$crate { … }`, which is what the front in the run-time crate passes on: so the
/// crate is found under whatever name it has.
pub(crate) fn run_at(input: TokenStream) -> TokenStream {
    let mut parts = input.into_iter();
    let (Some(underlock), Some(TokenTree::Group(input))) = (parts.next(), parts.next()) else {
        return quote!(::core::compile_error!("use `underlock::sync_block!`"));
    };
    run(&underlock.into(), input.stream())
}

/// The expansion, in which the run-time crate is found at `underlock`.
pub(crate) fn run(underlock: &TokenStream, input: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let expanded = expand_into(underlock, input, &mut errors);
    let errors = errors.into_tokens();
    // Of this crate's edition, like all that is around the user's code: see `expand`.
    quote_spanned!(Span::mixed_site()=> { #errors #expanded })
}

pub(crate) fn expand_into(
    underlock: &TokenStream,
    input: TokenStream,
    errors: &mut Errors,
) -> TokenStream {
    let Some(input) = parse::parse(input, errors) else {
        return TokenStream::new();
    };
    expand::expand(underlock, &check::check(input, errors))
}
