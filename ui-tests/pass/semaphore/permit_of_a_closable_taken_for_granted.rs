//! A semaphore that can be closed may refuse.

use underlock::{Closable, Closed, Semaphore};

async fn download(slots: &Closable<Semaphore>) -> Result<(), Closed> {
    let permit = slots.acquire().await?;
    permit.release();
    Ok(())
}

fn main() {}
