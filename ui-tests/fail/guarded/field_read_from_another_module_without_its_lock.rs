//! A guarded field is reached by the guard of its lock from other modules as well.

mod bank {
    use underlock::{Lock, guarded};

    #[guarded]
    pub struct Account {
        pub lock: Lock,
        #[guarded(lock)]
        pub balance: i64,
    }
}

async fn rich(account: &bank::Account) -> bool {
    account.balance > 1_000_000
}

fn main() {}

include!("../../second.rs");
