//! A helper that needs a lock takes the guard of that lock.

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
    fn flush(mut state: PipeOutputGuard<'_>) {
        state.done.clear();
    }

    async fn reset(&self) {
        Self::flush(self.output.acquire().await);
    }
}

fn main() {}

include!("../../second.rs");
