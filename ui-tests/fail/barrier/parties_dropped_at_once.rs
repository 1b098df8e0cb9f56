//! The parties of a barrier are kept: dropping them breaks it.

#![deny(unused_must_use)]

use underlock::Barrier;

#[tokio::main]
async fn main() {
    Barrier::split::<1>();
}
