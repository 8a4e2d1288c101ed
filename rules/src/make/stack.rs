//! How much of the native stack evaluation may use. Knows nothing of what is evaluated.

/// Watches the depth of recursion in bytes, so that nesting ends in an error and not in a crash.
#[derive(Debug)]
pub(crate) struct Stack {
    base: usize,
    budget: usize,
}

impl Stack {
    pub(crate) fn new(budget: usize) -> Stack {
        Stack { base: here(), budget }
    }

    pub(crate) fn set_budget(&mut self, budget: usize) {
        self.budget = budget;
    }

    /// Counts from the caller's frame on.
    pub(crate) fn start(&mut self) {
        self.base = here();
    }

    pub(crate) fn has_room(&self) -> bool {
        here().abs_diff(self.base) < self.budget
    }
}

/// About where the stack's end is now.
#[inline(never)]
fn here() -> usize {
    let marker = 0u8;
    std::hint::black_box(&raw const marker) as usize
}
