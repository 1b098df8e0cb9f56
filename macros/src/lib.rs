//! The macros of the `underlock` crate.
//!
//! This crate is an implementation detail: depend on `underlock`, which re-exports both macros.
//! Their expansions name private parts of exactly the same version of it.

#![forbid(unsafe_code)]

mod diag;
mod guarded;
mod path;
mod sync_block;
#[cfg(test)]
mod tests;

use proc_macro::TokenStream;

#[allow(missing_docs)]
#[proc_macro_attribute]
pub fn guarded(arguments: TokenStream, item: TokenStream) -> TokenStream {
    guarded::run(&path::underlock(), arguments.into(), item.into()).into()
}

#[allow(missing_docs)]
#[proc_macro]
pub fn sync_block(input: TokenStream) -> TokenStream {
    sync_block::run(&path::underlock(), input.into()).into()
}
