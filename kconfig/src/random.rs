//! The numbers that the C library's `rand` gives after `srand`, so that a seed means the same.
//!
//! An additive lagged Fibonacci generator: each number is the sum of those 3 and 31 before.

/// A sequence of random numbers.
#[derive(Clone, Debug)]
pub struct Random {
    state: [u32; 31],
    at: usize,
}

impl Random {
    /// The sequence of a seed.
    pub fn new(seed: u32) -> Random {
        let mut state = [0; 31];
        // A linear congruential generator modulo 2^31-1 fills the first state.
        let mut word = i64::from(if seed == 0 { 1 } else { seed as i32 });
        for slot in &mut state {
            *slot = word as u32;
            word = (16_807 * word) % 0x7fff_ffff;
            if word < 0 {
                word += 0x7fff_ffff;
            }
        }
        let mut random = Random { state, at: 3 };
        for _ in 0..310 {
            random.next();
        }
        random
    }

    /// The next number, below 2^31.
    #[allow(clippy::should_implement_trait)]
    pub fn next(&mut self) -> u32 {
        let before = self.state[(self.at + 28) % 31];
        let slot = &mut self.state[self.at];
        *slot = slot.wrapping_add(before);
        self.at = (self.at + 1) % 31;
        *slot >> 1
    }
}

#[cfg(test)]
mod tests {
    use super::Random;

    #[test]
    fn a_seed_gives_the_numbers_of_the_c_library() {
        let mut random = Random::new(1);
        assert_eq!([random.next(), random.next()], [1_804_289_383, 846_930_886]);
    }
}
