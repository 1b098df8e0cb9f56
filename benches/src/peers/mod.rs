//! The peers, one file each: its adapters, and the scenarios that it can't take part in.

mod async_condvar_fair;
mod async_lock;
mod async_std;
mod asyncband;
mod bounds;
mod declared;
mod futures_intrusive;
mod maitake_sync;
mod performables;
mod saa;
#[expect(unsafe_code, reason = "an intrusive queue, and claims of Send and Sync")]
mod single_threaded;
mod sync_block;
mod tokio;
mod tokio_condvar;
mod underlock;

use crate::suite::Suite;

/// All cases of all peers. underlock is first; tokio, the base of all ratios, is second.
pub(crate) fn all() -> Suite {
    let mut suite = Suite::default();
    underlock::register(&mut suite);
    tokio::register(&mut suite);
    sync_block::register(&mut suite);
    declared::register(&mut suite);
    futures_intrusive::register(&mut suite);
    maitake_sync::register(&mut suite);
    asyncband::register(&mut suite);
    async_lock::register(&mut suite);
    performables::register(&mut suite);
    saa::register(&mut suite);
    tokio_condvar::register(&mut suite);
    async_condvar_fair::register(&mut suite);
    async_std::register(&mut suite);
    bounds::register(&mut suite);
    single_threaded::register(&mut suite);
    suite
}
