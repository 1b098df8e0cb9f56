//! A guarded field is read by the guard of its lock, however it is reached.

use underlock::{Lock, guarded};

#[guarded]
struct Account {
    lock: Lock,
    #[guarded(lock)]
    closed: bool,
}

impl Account {
    fn is_closed(bank: &Bank) -> bool {
        bank.vault.closed
    }
}

struct Bank {
    vault: Account,
}

fn main() {}

include!("../../second.rs");
