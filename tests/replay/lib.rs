//! Replays recorded asyncio runs on `underlock` and compares the observable state.
//!
//! A recording is a list of steps; each gives commands to workers and the observable state once
//! everything has settled. Workers here are slots with guards, permits and at most one unfinished
//! future, polled by hand: without a runtime, so that every order in which woken tasks may run can
//! be tried.

mod compare;
mod file;
mod order;
mod prims;
mod scenario;
mod world;

pub use self::compare::Failure;
pub use self::file::{Unreadable, load};
pub use self::order::Order;
pub use self::scenario::Scenario;
pub use self::world::{Api, Replay, Settle};

/// The code of the documentation pages, which `cargo test` compiles and runs.
#[cfg(doctest)]
mod pages {
    #[doc = include_str!("../../README.md")]
    struct Readme;

    #[doc = include_str!("../../primitives/README.md")]
    struct PackageReadme;

    #[doc = include_str!("../../docs/cancellation-and-fairness.md")]
    struct CancellationAndFairness;

    #[doc = include_str!("../../docs/conditions.md")]
    struct Conditions;

    #[doc = include_str!("../../docs/from-asyncio.md")]
    struct FromAsyncio;

    #[doc = include_str!("../../docs/from-tokio.md")]
    struct FromTokio;

    #[doc = include_str!("../../docs/internals.md")]
    struct Internals;

    #[doc = include_str!("../../docs/promises.md")]
    struct Promises;

    #[doc = include_str!("../../docs/when-not-to-use-it.md")]
    struct WhenNotToUseIt;
}
