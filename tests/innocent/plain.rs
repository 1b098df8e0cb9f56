//! Programs that don't use this library, and compile beside it.
//!
//! An impl takes part in type inference in every crate that links it: to resolve `&_: Iterator` the
//! compiler considers all implementors. So impls of this library for references, or generic ones,
//! could make unrelated code ambiguous or recurse without end. `programs.rs` relies on inference
//! where that would show. It compiles in two crates: as it is, and with all names of the library in
//! scope.

mod beside;
mod forbidding;
#[allow(clippy::all, clippy::pedantic, reason = "unrelated code")]
mod programs;
