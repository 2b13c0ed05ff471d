//! Management commands, as whole phrases.

use super::collect::Collector;
use crate::item::ItemKind;
use crate::words::COMMANDS;

pub(super) fn commands(out: &mut Collector<'_>) {
    out.rank = 90;
    for (label, meaning) in COMMANDS {
        out.word(label, ItemKind::Command, "", meaning);
    }
}
