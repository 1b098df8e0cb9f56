//! Permits that are split off are held by what `split` gives.
#![deny(unused_must_use)]

use underlock::Semaphore;

async fn upload(slots: &Semaphore) {
    let mut permits = slots.acquire_many(2).await;
    permits.split(1);
    println!("{}", slots.available_permits());
}

fn main() {}
