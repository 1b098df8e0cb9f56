//! `#[guarded]`: a struct some of whose fields can only be reached with the lock held.
//!
//! The stages, each in its module: tokens are parsed into a `Struct`, checked into a `Model`, and
//! expanded. Errors gather on the way and are emitted beside the expansion.

mod by_cfg;
mod check;
mod expand;
mod generics;
mod links;
mod markers;
mod model;
mod parse;
mod when;
mod words;

use proc_macro2::TokenStream;
use quote::quote;

use crate::diag::Errors;

/// The expansion. It finds the run-time crate at `::underlock`, which starts at the extern prelude so
/// that nothing in the user's scope can stand in for it, or where the user says.
pub(crate) fn run(arguments: &TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let expanded = expand_into(arguments, item, &mut errors);
    let errors = errors.into_tokens();
    quote!(#errors #expanded)
}

pub(crate) fn expand_into(
    arguments: &TokenStream,
    item: TokenStream,
    errors: &mut Errors,
) -> TokenStream {
    let mut wrong = Errors::default();
    let read = parse::arguments(arguments.clone(), &mut wrong);
    let underlock = read.underlock.map_or_else(|| quote!(::underlock), |path| quote!(#path));
    let mut wrong_item = Errors::default();
    let source = parse::item(item.clone(), &mut wrong_item);
    let parameter = source.as_ref().ok().and_then(|it| by_cfg::parameter(&it.item.generics));
    if let Some(parameter) = parameter {
        let whole = syn::parse2(item).expect("it was parsed just now");
        return by_cfg::apart(&underlock, arguments, &whole, parameter);
    }
    errors.append(wrong_item);
    match source {
        Ok(mut source) => {
            source.markers = read.markers;
            source.doubtful |= !wrong.is_empty();
            errors.append(wrong);
            expand::expand(&underlock, &check::check(source, errors))
        }
        Err(instead) => instead,
    }
}
