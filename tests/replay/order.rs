//! The order in which woken tasks run.

/// Which of the woken futures is polled next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// The one that was woken first.
    Fifo,
    /// The one that was woken last.
    Lifo,
    /// Any of them.
    Random,
}

/// Makes the choices of one replay.
pub(crate) struct Chooser {
    order: Order,
    state: u64,
}

impl Chooser {
    /// `name` distinguishes scenarios with the same seed.
    pub(crate) fn new(order: Order, seed: u64, name: &str) -> Self {
        let state = name.bytes().fold(seed, |hash, byte| mix(hash ^ u64::from(byte)));
        Self { order, state }
    }

    /// One of `0..len`; the higher, the more recent.
    pub(crate) fn pick(&mut self, len: usize) -> usize {
        match self.order {
            Order::Fifo => 0,
            Order::Lifo => len - 1,
            Order::Random => self.below(len),
        }
    }

    fn below(&mut self, len: usize) -> usize {
        self.state = mix(self.state);
        // The bias of the remainder does not matter here.
        usize::try_from(self.state % len as u64).expect("it is below `len`")
    }
}

/// One step of `SplitMix64`.
fn mix(state: u64) -> u64 {
    let mut mixed = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}
