//! A wait lets go of its own lock alone: locks of blocks around it stay held.

use underlock::{Condition, Lock, guarded, sync_block};

#[guarded]
struct Inbox {
    lock: Lock,
    #[guarded(lock)]
    letters: Vec<String>,
    #[condition(lock)]
    arrived: Condition,
}

impl Inbox {
    async fn forward(&self, other: &Inbox) {
        let letter = sync_block!(from = self.lock, {
            let letter;
            (from, letter) = from.wait_for_some(&self.arrived, |from| from.letters.pop()).await;
            letter
        });
        sync_block!(to = other.lock, {
            to.letters.push(letter);
        });
    }
}

fn main() {}

include!("../../second.rs");
