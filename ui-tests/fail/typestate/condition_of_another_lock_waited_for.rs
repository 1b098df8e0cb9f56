//! A guard waits for the conditions of its own lock.

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
    async fn read(&self) -> Option<u8> {
        let state = self.output.acquire().await;
        let mut state = state.wait_for(&self.has_input, |state| !state.done.is_empty()).await;
        state.done.pop()
    }
}

fn main() {}

include!("../../second.rs");
