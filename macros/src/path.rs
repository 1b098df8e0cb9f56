//! Where the expansions find the run-time crate.
//!
//! Users may rename a dependency in their `Cargo.toml`, so its name is looked up there.

use proc_macro_crate::{FoundCrate, crate_name};
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

/// `::underlock`, or whatever the user's manifest calls it.
///
/// The path starts at the extern prelude, so nothing in the user's scope can stand in for it. Inside
/// `underlock` itself (its doc tests and examples) the crate has its own name; where the manifest
/// does not list it, the plain name gives the most useful error.
pub(crate) fn underlock() -> TokenStream {
    let name = match crate_name("underlock") {
        Ok(FoundCrate::Name(name)) => name,
        Ok(FoundCrate::Itself) | Err(_) => "underlock".to_owned(),
    };
    let name = Ident::new(&name, Span::call_site());
    quote!(::#name)
}
