//! Random choices that can be made again and made smaller.
//!
//! A generator asks [`Choices`] for numbers; 0 always stands for the simplest thing. What was chosen is remembered, so a
//! query is made again from its list of numbers, and shrinking is done on the list: leaving out the numbers of an operator
//! or argument ([`Choices::span`]), making numbers smaller. Whatever the list, the generator makes a valid query of it.

/// Longest list: generators choose 0 from then on, which ends them.
const MOST: usize = 3_000;

/// Where numbers come from, and which came.
#[derive(Clone, Debug)]
pub struct Choices {
    state: Option<u64>,
    given: Vec<u32>,
    /// The numbers chosen so far.
    pub made: Vec<u32>,
    /// Parts of the list that belong to one thing, which can be left out together.
    pub spans: Vec<(usize, usize)>,
}

impl Choices {
    /// Random ones from a seed.
    pub fn random(seed: u64) -> Self {
        Choices { state: Some(seed), given: Vec::new(), made: Vec::new(), spans: Vec::new() }
    }

    /// These, then zeros.
    pub fn replay(given: Vec<u32>) -> Self {
        Choices { state: None, given, made: Vec::new(), spans: Vec::new() }
    }

    /// A number below `n`; 0 for the simplest.
    pub fn below(&mut self, n: usize) -> usize {
        let n = u32::try_from(n.max(1)).unwrap_or(u32::MAX);
        let number = match &mut self.state {
            _ if self.made.len() >= MOST => 0,
            Some(state) => next(state) % n,
            None => self.given.get(self.made.len()).copied().unwrap_or(0) % n,
        };
        self.made.push(number);
        number as usize
    }

    /// True in so many of a hundred cases; false is the simplest.
    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) >= 100 - percent
    }

    /// One of several; the first is the simplest.
    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    /// What is chosen inside belongs together.
    pub fn span<R>(&mut self, inside: impl FnOnce(&mut Self) -> R) -> R {
        let start = self.made.len();
        let result = inside(self);
        self.end(start);
        result
    }

    /// Ends a span that began when `start` numbers were made.
    pub fn end(&mut self, start: usize) {
        if self.made.len() > start {
            self.spans.push((start, self.made.len()));
        }
    }
}

/// SplitMix64: every seed is good, and the numbers are the same everywhere.
pub fn next(state: &mut u64) -> u32 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((z ^ (z >> 31)) >> 32) as u32
}

/// Makes a failing list smaller. `fails` makes the case of a list and, when it fails still, gives the choices it made.
pub fn shrink(start: Choices, mut budget: usize, mut fails: impl FnMut(Vec<u32>) -> Option<Choices>) -> Choices {
    let mut best = start;
    loop {
        let before = best.made.clone();
        let mut spans = best.spans.clone();
        spans.sort_by_key(|(start, end)| std::cmp::Reverse(end - start));
        let mut tries: Vec<Vec<u32>> = Vec::new();
        for (start, end) in spans {
            tries.push([&best.made[..start], &best.made[end..]].concat());
            let zeros = vec![0; end - start];
            tries.push([&best.made[..start], &zeros, &best.made[end..]].concat());
        }
        for at in 0..best.made.len() {
            if best.made[at] > 0 {
                for smaller in [0, best.made[at] / 2, best.made[at] - 1] {
                    let mut list = best.made.clone();
                    list[at] = smaller;
                    tries.push(list);
                }
                let mut list = best.made.clone();
                list.remove(at);
                tries.push(list);
            }
        }
        let mut better = false;
        for list in tries {
            if budget == 0 {
                return best;
            }
            if !smaller(&list, &best.made) {
                continue;
            }
            budget -= 1;
            if let Some(made) = fails(list)
                && smaller(&made.made, &best.made)
            {
                best = made;
                better = true;
                break;
            }
        }
        if !better || best.made == before {
            return best;
        }
    }
}

fn smaller(a: &[u32], b: &[u32]) -> bool {
    let trim = |list: &[u32]| list.iter().rposition(|n| *n > 0).map_or(0, |at| at + 1);
    let (x, y) = (trim(a), trim(b));
    x < y || (x == y && a[..x] < b[..y])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_list_makes_the_same_and_shrinks_to_the_least_that_fails() {
        let numbers = |c: &mut Choices| -> Vec<usize> {
            let count = c.below(10);
            (0..count).map(|_| c.span(|c| c.below(1000))).collect()
        };
        let mut seed = 0;
        let (first, made) = loop {
            let mut choices = Choices::random(seed);
            let made = numbers(&mut choices);
            if made.iter().any(|n| *n >= 17) && made.len() > 4 {
                break (choices, made);
            }
            seed += 1;
        };
        assert_eq!(numbers(&mut Choices::replay(first.made.clone())), made);
        let least = shrink(first, 2_000, |list| {
            let mut choices = Choices::replay(list);
            numbers(&mut choices).iter().any(|n| *n >= 17).then_some(choices)
        });
        assert_eq!(numbers(&mut Choices::replay(least.made)), [17]);
    }
}
