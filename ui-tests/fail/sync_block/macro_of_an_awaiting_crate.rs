//! A macro in a block is known by its crate: tokio's `join!` awaits, one's own joins texts.

use underlock::{Lock, guarded, sync_block};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    names: Vec<String>,
}

/// Joins texts.
macro_rules! join {
    ($($text:expr),*) => {
        [$($text),*].join(", ")
    };
}

async fn name() -> String {
    "Ada".to_owned()
}

impl Account {
    async fn open(&self) {
        sync_block!(state = self.lock, {
            let (one, other) = tokio::join!(name(), name());
            state.names.push(join!(one, other));
        });
    }
}

fn main() {}

include!("../../second.rs");
