//! `?` in a block leaves the function, which has to have a result.

use underlock::{Lock, guarded, sync_block};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    entries: Vec<i64>,
}

impl Account {
    async fn first(&self) -> Option<()> {
        sync_block!(state = self.lock, { println!("{}", state.entries.first()?) });
        Some(())
    }
}

fn main() {}

include!("../../second.rs");
