//! The scenarios, one file per primitive: what is done, and what counts as one operation.

pub(crate) mod lock;
