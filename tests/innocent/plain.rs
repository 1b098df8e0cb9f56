//! Programs that have nothing to do with this library, and compile beside it.
//!
//! An impl takes part in the inference of every crate that links it: the compiler that looks for a
//! `&_: Iterator` considers whatever implements it. So what this library implements for references,
//! or generically, could make a stranger's code ambiguous or send the compiler round in circles.
//! `programs.rs` is heavy with inference in the places where that would show. It compiles twice, in
//! two crates: as it is, and with all names of the library in scope.

mod beside;
mod forbidding;
#[allow(clippy::all, clippy::pedantic, reason = "they are as strangers write them")]
mod programs;
