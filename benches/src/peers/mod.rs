//! The peers, one file each: how it fits the traits, and what it can't take part in.

mod futures_intrusive;
mod saa;
mod tokio;
mod underlock;

use crate::suite::Suite;

/// Every case of every peer. underlock comes first and tokio, to which all are compared, second.
pub(crate) fn all() -> Suite {
    let mut suite = Suite::default();
    underlock::register(&mut suite);
    tokio::register(&mut suite);
    futures_intrusive::register(&mut suite);
    saa::register(&mut suite);
    suite
}
