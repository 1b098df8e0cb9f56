//! A guard notifies the conditions of its own lock.

use underlock::{Condition, Lock, guarded};

#[guarded]
struct Pipe {
    input: Lock,
    output: Lock,
    #[guarded(input)]
    pending: Vec<u8>,
    #[guarded(output)]
    done: Vec<u8>,
    #[condition(input)]
    has_input: Condition,
    #[condition(output)]
    has_output: Condition,
}

impl Pipe {
    async fn write(&self, byte: u8) {
        let mut state = self.input.acquire().await;
        state.pending.push(byte);
        state.notify_one(&self.has_output);
    }
}

fn main() {}

include!("../../second.rs");
