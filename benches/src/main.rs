//! Side-by-side benchmarks against the peers.

fn main() {}
