//! A guard notifies the conditions of its own struct's lock.

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

async fn order(orders: &Orders, stock: &Stock) {
    stock.lock.acquire().await.pieces -= 1;
    let mut state = orders.lock.acquire().await;
    state.open += 1;
    state.notify_one(&orders.changed);
}

fn main() {}

include!("../../second.rs");
