//! The integration tests, one binary.

mod auto_traits;
mod blocking;
mod cancellation;
mod guarded;
mod recordings;
mod support;
mod surface;
mod sync_block;
mod test_locks;
