//! The programs of `plain.rs`, with all names of the library in scope.

mod beside;
#[allow(clippy::all, clippy::pedantic, reason = "unrelated code")]
mod programs {
    #[expect(unused_imports, reason = "only their presence in scope matters")]
    use underlock::*;

    include!("programs.rs");
}
