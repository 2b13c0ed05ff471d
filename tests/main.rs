//! The tests of the whole engine, as one binary.

mod cases;
mod examples;
mod formats;
mod mutations;
mod reference;
mod shared;
mod typed;

use libtest_mimic::{Arguments, Conclusion};

fn main() {
    let arguments = Arguments::from_args();
    let mut trials = cases::trials();
    trials.extend(examples::trials());
    trials.extend(reference::trials());
    trials.extend(shared::trials());
    trials.extend(mutations::trials());
    trials.extend(typed::trials());
    trials.extend(formats::trials());
    let conclusion: Conclusion = libtest_mimic::run(&arguments, trials);
    conclusion.exit();
}
