//! Loom models of the protocols: run with `RUSTFLAGS="--cfg loom"`.
#![cfg(loom)]
