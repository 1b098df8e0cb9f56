/// Pseudo-random numbers, the same in every run.
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// A pseudo-random generator that is determined by its seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        // Zero is a fixed point of xorshift.
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// An independent generator.
    #[must_use]
    pub fn split(&mut self) -> Self {
        self.roll(2);
        Self::new(self.0)
    }

    /// A number in `0..sides`.
    ///
    /// # Panics
    ///
    /// Panics if `sides` is 0.
    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        // The upper half: xorshift's lower bits are weaker.
        let roll = (self.0 >> 32) % sides as u64;
        usize::try_from(roll).expect("less than `sides`")
    }

    /// True once in `n` rolls, on average.
    pub fn one_in(&mut self, sides: usize) -> bool {
        self.roll(sides) == 0
    }

    /// One of the choices.
    ///
    /// # Panics
    ///
    /// Panics if there are none.
    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.roll(from.len())]
    }
}
