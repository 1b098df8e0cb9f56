//! What the macros expand to, against the files in `tests/`, and what they say to mistakes.
//!
//! `UNDERLOCK_BLESS=1 cargo test -p underlock-macros` writes the files anew.

mod expansions;
mod fragments;
mod fuzz;
mod messages;
mod reach;
mod spans;

use proc_macro2::TokenStream;
use quote::quote;

use crate::diag::Errors;
use crate::{guarded, sync_block};

/// Expands `#[guarded(arguments)] item`: the expansion without errors, and the errors' messages.
fn expand_guarded(arguments: &str, item: &str) -> (TokenStream, Vec<String>) {
    let mut errors = Errors::default();
    let expanded =
        guarded::expand_into(&arguments.parse().unwrap(), item.parse().unwrap(), &mut errors);
    (expanded, errors.messages())
}

/// Expands `sync_block!(input)`: the expansion without errors, and the errors' messages.
pub(crate) fn expand_sync_block(input: &str) -> (TokenStream, Vec<String>) {
    let mut errors = Errors::default();
    let expanded =
        sync_block::expand_into(&quote!(::underlock), input.parse().unwrap(), &mut errors);
    (expanded, errors.messages())
}
