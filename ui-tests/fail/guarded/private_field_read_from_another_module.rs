//! A guarded field is as private as it is written: its module offers what others may do.

mod bank {
    use underlock::{Lock, guarded};

    #[guarded]
    pub struct Account {
        lock: Lock,
        #[guarded(lock)]
        balance: i64,
    }

    impl Account {
        pub async fn balance(&self) -> i64 {
            self.lock.acquire().await.balance
        }
    }
}

async fn rich(account: &bank::Account) -> bool {
    account.balance > 1_000_000
}

fn main() {}

include!("../../second.rs");
