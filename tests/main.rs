//! The integration tests, one binary.

mod auto_traits;
mod batches;
mod blocking;
mod budget;
mod cancellation;
mod crowds;
mod giving_back;
mod guarded;
mod leaks;
mod lock_map;
mod most_permits;
mod panics;
mod promises;
mod recordings;
mod runtimes;
mod semaphores;
mod several;
mod support;
mod surface;
mod sync_block;
mod test_locks;
