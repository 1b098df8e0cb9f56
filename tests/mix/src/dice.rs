/// Numbers that look random, the same in every run.
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// Dice that roll the same whenever they are made of the same seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        // xorshift stands still at zero.
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// Others, to be rolled elsewhere.
    #[must_use]
    pub fn split(&mut self) -> Self {
        self.roll(2);
        Self::new(self.0)
    }

    /// One of `0..sides`.
    ///
    /// # Panics
    ///
    /// Panics if there are no sides.
    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        // The upper half: the lower bits are the weaker ones.
        let roll = (self.0 >> 32) % sides as u64;
        usize::try_from(roll).expect("less than `sides`")
    }

    /// True once in so many rolls.
    pub fn one_in(&mut self, sides: usize) -> bool {
        self.roll(sides) == 0
    }

    /// One of these.
    ///
    /// # Panics
    ///
    /// Panics if there are none.
    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.roll(from.len())]
    }
}
