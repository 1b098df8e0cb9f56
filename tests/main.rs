//! The integration tests, one binary.

mod auto_traits;
mod batches;
mod blocking;
mod budget;
mod cancellation;
mod cleanup_on_cancel;
mod crowds;
mod declared;
mod guarded;
mod instances;
mod leaks;
mod limits;
mod max_permits;
mod monitors;
mod owned;
mod panics;
mod promises;
mod recordings;
mod runtimes;
mod several;
mod support;
mod surface;
mod sync_block;
mod test_locks;
