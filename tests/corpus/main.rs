//! Valid programs that stretch the macros. Each has to compile without a warning, under lints as
//! strict as a user's may be, and to run.
//!
//! Lints only warn here, so that a compiler with new ones breaks no test. `.ci/run` denies all
//! warnings.

#![forbid(unsafe_code)]
#![warn(unused, missing_docs, nonstandard_style, rust_2018_idioms)]
#![warn(rust_2021_compatibility, rust_2024_compatibility, keyword_idents)]
#![warn(unreachable_pub, unused_qualifications, single_use_lifetimes, unused_lifetimes)]
#![warn(missing_debug_implementations, trivial_casts, trivial_numeric_casts, let_underscore_drop)]
#![warn(clippy::all, clippy::pedantic)]
#![expect(edition_2024_expr_fragment_specifier, reason = "it is what this edition writes")]

mod attributes;
mod control_flow;
mod generics;
mod hygiene;
mod large;
mod positions;
mod shapes;
mod visibility;
mod written_by_macros;
