//! The programs of `plain.rs`, with all names of the library in scope.

mod beside;
#[allow(clippy::all, clippy::pedantic, reason = "they are as strangers write them")]
mod programs {
    #[expect(unused_imports, reason = "none of these names is to be taken for another")]
    use underlock::*;

    include!("programs.rs");
}
