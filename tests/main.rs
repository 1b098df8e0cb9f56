//! The integration tests, one binary.

mod guarded;
mod hygiene;
mod recordings;
mod support;
mod sync_block;
mod test_locks;
