//! Parameters of operators, hints, properties in `with (…)`, and their values; names where only some kinds of names fit.

use super::Completion;
use super::collect::{Collector, Parts};
use crate::item::ItemKind;
use crate::words::{self, PARAMETER_VALUES, PARAMETERS};
use kql_bind::cursor::{CursorPlace, VisibleName};
use kql_syntax::TokenKind;

impl Completion<'_> {
    fn operator_name(&self) -> &str {
        match self.place.operator() {
            Some(("mvexpand", _)) => "mv-expand",
            Some(("mvapply", _)) => "mv-apply",
            Some((name, _)) => name,
            None => "",
        }
    }

    /// `kind=`
    pub(super) fn parameters(&self, known: &[&str], out: &mut Collector<'_>) {
        let operator = self.operator_name();
        out.rank = 70;
        for (_, name, meaning) in PARAMETERS.iter().filter(|(o, n, _)| *o == operator && known.contains(n)) {
            self.property_item(name, meaning, out);
        }
        out.rank = 50;
    }

    /// `hint.strategy=`
    pub(super) fn hints(&self, known: &[&str], out: &mut Collector<'_>) {
        let operator = self.operator_name();
        let Some((_, hints)) = words::HINTS.iter().find(|(o, _)| *o == operator) else { return };
        out.rank = 80;
        for hint in hints.iter().filter(|h| known.contains(h)) {
            self.property_item(&format!("hint.{hint}"), "A hint for the service; the answer is the same.", out);
        }
        out.rank = 50;
    }

    fn property_item(&self, name: &str, meaning: &str, out: &mut Collector<'_>) {
        if !self.place.has_property(name) {
            let equals = self.place.rest().trim_start().starts_with('=');
            let insert = if equals { name.to_owned() } else { format!("{name}=") };
            out.add(name, ItemKind::Property, || Parts::new(insert, "", meaning));
        }
    }

    /// The columns of `Nodes` in `make-graph … with Nodes on ‸`.
    fn node_columns(&self, out: &mut Collector<'_>) {
        let Some(nodes) = self.place.previous(2).map(|t| self.place.text_of(t)) else { return };
        let of_script = self.scope.names.iter().find_map(|(name, visible)| match visible {
            VisibleName::Table(columns) if name == nodes => Some(columns.clone()),
            _ => None,
        });
        if let Some(columns) = of_script.or_else(|| self.catalog.table(None, nodes)) {
            super::expression::columns_of(&columns, out);
        }
    }

    /// Values after `kind=` and its like; false when the value is an expression like any other.
    pub(super) fn values(&self, out: &mut Collector<'_>) -> bool {
        let Some(property) = self.place.property() else { return false };
        let operator = self.operator_name();
        out.rank = 5;
        match (operator, property.as_str()) {
            ("join", "kind") => {
                for (kind, meaning) in words::JOIN_KINDS {
                    out.word(kind, ItemKind::Value, "", meaning);
                }
            }
            ("render", "xcolumn" | "ycolumns" | "series" | "anomalycolumns") | (_, "hint.shufflekey") => {
                self.columns(out);
            }
            _ => {
                let fits = |o: &str, p: &str| (o == operator || o.is_empty()) && p == property;
                for (_, _, values) in PARAMETER_VALUES.iter().filter(|(o, p, _)| fits(o, p)) {
                    for value in *values {
                        out.word(value, ItemKind::Value, "", "");
                    }
                }
            }
        }
        out.rank = 50;
        true
    }

    /// Where the parser looks for a name: of a column in some operators, of a property in `with (…)`, else a new one.
    pub(super) fn names(&self, out: &mut Collector<'_>) {
        if self.scope.place == CursorPlace::Member || self.place.previous_kind() == Some(TokenKind::Dot) {
            return self.members(out);
        }
        let operator = self.operator_name();
        if self.place.opened_after("with") {
            out.rank = 5;
            if operator == "render" {
                for (name, meaning) in words::RENDER_PROPERTIES {
                    self.property_item(name, meaning, out);
                }
            }
            for (_, name, meaning) in words::WITH_PROPERTIES.iter().filter(|(o, ..)| *o == operator) {
                self.property_item(name, meaning, out);
            }
            out.rank = 50;
            return;
        }
        let before = self.place.previous(1).map(|t| self.place.text_of(t));
        match operator {
            "project-away" | "project-keep" | "project-reorder" | "facet" | "partition" => self.columns(out),
            "make-graph" if before == Some("on") => self.node_columns(out),
            "make-graph" => self.columns(out),
            "render" if before != Some("render") => self.columns(out),
            _ if before == Some("set") && self.place.operator().is_none() => {
                for (name, meaning) in words::OPTIONS {
                    out.word(name, ItemKind::Property, "", meaning);
                }
            }
            _ => {}
        }
    }
}
