//! `try` stands once, for all locks of a block.

use underlock::{Lock, guarded, sync_block};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    balance: i64,
}

impl Account {
    async fn transfer(&self, other: &Account) {
        match sync_block!(from = self.lock, to = other.lock.now(), {
            from.balance -= 1;
            to.balance += 1;
        }) {
            Ok(value) => value,
            Err(_) => {
                println!("busy");
            }
        };
    }
}

fn main() {}
