//! A barrier is waited at in async code.

use underlock::{Barrier, BrokenBarrier};

async fn meet(barrier: &Barrier) -> Result<usize, BrokenBarrier> {
    Ok(barrier.wait().await?.index())
}

fn main() {}
