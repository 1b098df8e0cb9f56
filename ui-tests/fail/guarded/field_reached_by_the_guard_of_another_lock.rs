//! A guard opens the fields of its own lock.

use underlock::{Lock, guarded};

#[guarded]
struct Pipe {
    input: Lock,
    output: Lock,
    #[guarded(input)]
    pending: Vec<u8>,
    #[guarded(output)]
    done: Vec<u8>,
}

impl Pipe {
    async fn write(&self, byte: u8) {
        let mut state = self.input.acquire().await;
        state.done.push(byte);
    }
}

fn main() {}

include!("../../second.rs");
