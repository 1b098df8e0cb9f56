//! Each of two guards opens the fields of its own lock.

use underlock::{Lock, guarded, sync_block};

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
    async fn pump(&self) {
        sync_block!(input = self.input, output = self.output, {
            output.done.append(&mut input.pending);
        });
    }
}

fn main() {}

include!("../../second.rs");
