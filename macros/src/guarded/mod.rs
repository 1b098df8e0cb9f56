//! `#[guarded]`: a struct some of whose fields can only be reached with the lock held.
//!
//! The stages, each in its module: tokens are parsed into a `Struct`, checked into a `Model`, and
//! expanded. Errors gather on the way and are emitted beside the expansion.

mod check;
mod expand;
mod generics;
mod model;
mod parse;

use proc_macro2::TokenStream;

use crate::diag::Errors;

/// The expansion, in which the run-time crate is found at `underlock`.
pub(crate) fn run(
    underlock: &TokenStream,
    arguments: TokenStream,
    item: TokenStream,
) -> TokenStream {
    let mut errors = Errors::default();
    let expanded = expand_into(underlock, arguments, item, &mut errors);
    let errors = errors.into_tokens();
    quote::quote!(#errors #expanded)
}

pub(crate) fn expand_into(
    underlock: &TokenStream,
    arguments: TokenStream,
    item: TokenStream,
    errors: &mut Errors,
) -> TokenStream {
    match parse::item(item, errors) {
        Ok(mut source) => {
            let mut wrong = Errors::default();
            source.markers = parse::arguments(arguments, &mut wrong);
            source.doubtful |= !wrong.is_empty();
            errors.append(wrong);
            expand::expand(underlock, &check::check(source, errors))
        }
        Err(instead) => instead,
    }
}
