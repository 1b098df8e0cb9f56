//! The integration tests, one binary.

mod auto_traits;
mod blocking;
mod budget;
mod cancellation;
mod crowds;
mod guarded;
mod leaks;
mod recordings;
mod runtimes;
mod several;
mod support;
mod surface;
mod sync_block;
mod test_locks;
