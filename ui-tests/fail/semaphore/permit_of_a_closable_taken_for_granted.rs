//! A semaphore that can be closed may refuse.

use underlock::{Closable, Semaphore};

async fn download(slots: &Closable<Semaphore>) {
    let permit = slots.acquire().await;
    permit.release();
}

fn main() {}
