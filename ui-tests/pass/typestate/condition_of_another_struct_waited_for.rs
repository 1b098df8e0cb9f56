//! A guard waits for the conditions of its own struct's lock.

use underlock::{Condition, Lock, guarded};

#[guarded]
struct Orders {
    lock: Lock,
    #[guarded(lock)]
    open: usize,
    #[condition(lock)]
    changed: Condition,
}

#[guarded]
struct Stock {
    lock: Lock,
    #[guarded(lock)]
    pieces: usize,
    #[condition(lock)]
    changed: Condition,
}

async fn sold_out(orders: &Orders, stock: &Stock) -> usize {
    let state = stock.lock.acquire().await;
    state.wait_for(&stock.changed, |state| state.pieces == 0).await.release();
    orders.lock.acquire().await.open
}

fn main() {}

include!("../../second.rs");
