//! A permit of a bounded semaphore is of a type of its own.

use underlock::{Permit, Semaphore};

fn done(permit: Permit<'_>) {
    permit.release();
}

#[tokio::main]
async fn main() {
    let semaphore = Semaphore::new(1);
    done(semaphore.acquire().await);
}
