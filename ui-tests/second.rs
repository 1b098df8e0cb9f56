// Another guarded struct, with locks of the names that the programs use. Each program with a guarded
// struct includes it: no message may be clear only where a crate has one.

#[allow(dead_code, unreachable_pub, reason = "it is there to be there")]
mod second {
    use underlock::{Condition, Lock, guarded};

    #[guarded]
    #[derive(Debug, Default)]
    pub struct Second<T> {
        lock: Lock,
        #[guarded(lock)]
        entries: Vec<T>,
        #[condition(lock)]
        changed: Condition,
        input: Lock,
        #[guarded(input)]
        received: u32,
    }
}
