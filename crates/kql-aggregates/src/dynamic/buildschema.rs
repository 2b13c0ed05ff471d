//! `buildschema`: the smallest schema that all dynamic values of a group have.

use crate::AggregateFunction;
use crate::column::{argument, large_texts, texts};
use crate::state::{Rows, State};
use arrow::array::{Array, ArrayRef, LargeStringBuilder, StringViewBuilder};
use arrow::datatypes::DataType;
use datafusion_common::Result;
use datafusion_expr::EmitTo;
use kql_types::dynamic::{self, Kind, MAX_DEPTH};
use kql_types::function::{FunctionKind, FunctionSpec, ResultName, example};
use std::collections::HashMap;
use std::sync::Arc;

pub(crate) static BUILDSCHEMA: AggregateFunction = AggregateFunction::new(
    FunctionSpec::new(
        "buildschema",
        FunctionKind::Aggregate,
        &["(expr:bag) -> dynamic"],
        "The smallest schema that fits all values: the names of types, an array of them where there are several, a bag for \
         bags; the elements of an array stand under the key `` `indexer` ``. Null when there are no values. \
         <https://learn.microsoft.com/kusto/query/buildschema-aggregation-function>",
    )
    .named(ResultName::Prefix("schema"))
    .examples(&[example(
        "datatable(d:dynamic)[dynamic({'x': 1, 'y': [1.5]}), dynamic({'x': 'a'})] | summarize buildschema(d)",
        "{\"schema_d\":{\"x\":[\"long\",\"string\"],\"y\":{\"`indexer`\":\"double\"}}}",
    )]),
    |_| Ok(Box::new(BuildSchema::default())),
);

#[derive(Debug, Default)]
struct BuildSchema {
    groups: Vec<Node>,
    /// Bytes of all nodes below the roots.
    bytes: usize,
}

/// What is known of the values at one place.
#[derive(Debug, Default)]
struct Node {
    /// Names of scalar types, in the order they were seen.
    types: Vec<&'static str>,
    null: bool,
    /// Properties of bags by key as it is escaped in the text, in the order they were seen.
    properties: Vec<(String, Node)>,
    /// Places of the keys in [`Node::properties`].
    places: HashMap<String, usize>,
    is_bag: bool,
    items: Option<Box<Node>>,
}

const TYPES: [&str; 5] = ["bool", "long", "double", "string", "dynamic"];

impl Node {
    fn add_type(&mut self, name: &'static str) -> usize {
        if self.types.contains(&name) {
            return 0;
        }
        self.types.push(name);
        size_of::<&str>()
    }

    /// Takes a value in and returns by how many bytes the tree grew.
    fn add(&mut self, value: &str, depth: usize) -> usize {
        if depth > MAX_DEPTH {
            return self.add_type("dynamic");
        }
        match dynamic::kind(value) {
            Kind::Null => {
                self.null = true;
                0
            }
            Kind::Bool => self.add_type("bool"),
            Kind::Long => self.add_type("long"),
            Kind::Real => self.add_type("double"),
            Kind::String => self.add_type("string"),
            Kind::Array => {
                let mut grown = 0;
                let items = self.items.get_or_insert_with(|| {
                    grown += size_of::<Node>();
                    Box::default()
                });
                grown + dynamic::array_items(value).map(|item| items.add(item, depth + 1)).sum::<usize>()
            }
            Kind::Bag => {
                self.is_bag = true;
                let property = |(key, value): (&str, &str)| {
                    let (node, grown) = self.property(key);
                    grown + node.add(value, depth + 1)
                };
                dynamic::raw_entries(value).map(property).sum()
            }
        }
    }

    /// The node of a key and by how many bytes the tree grew.
    fn property(&mut self, key: &str) -> (&mut Node, usize) {
        if let Some(place) = self.places.get(key) {
            return (&mut self.properties[*place].1, 0);
        }
        let place = self.properties.len();
        self.places.insert(key.to_owned(), place);
        self.properties.push((key.to_owned(), Node::default()));
        (&mut self.properties[place].1, 2 * key.len() + 3 * size_of::<String>() + size_of::<Node>())
    }

    fn is_empty(&self) -> bool {
        self.types.is_empty() && !self.is_bag && self.items.is_none()
    }

    /// Appends the schema.
    fn write(&self, out: &mut String) {
        let parts = self.types.len() + usize::from(self.is_bag || self.items.is_some());
        if parts == 0 {
            out.push_str("\"null\"");
            return;
        }
        if parts > 1 {
            out.push('[');
        }
        for (i, name) in self.types.iter().enumerate() {
            out.extend([if i > 0 { "," } else { "" }, "\"", name, "\""]);
        }
        if parts > self.types.len() {
            out.push_str(if self.types.is_empty() { "{" } else { ",{" });
            for (i, (key, node)) in self.entries().enumerate() {
                out.extend([if i > 0 { "," } else { "" }, "\"", key, "\":"]);
                node.write(out);
            }
            out.push('}');
        }
        if parts > 1 {
            out.push(']');
        }
    }

    fn entries(&self) -> impl Iterator<Item = (&str, &Node)> {
        let items = self.items.as_deref().map(|node| ("`indexer`", node));
        self.properties.iter().map(|(key, node)| (key.as_str(), node)).chain(items)
    }

    /// Appends the state: `[[type,…],null,bag or null,items or null]`.
    fn write_state(&self, out: &mut String) {
        out.push_str("[[");
        for (i, name) in self.types.iter().enumerate() {
            out.extend([if i > 0 { "," } else { "" }, "\"", name, "\""]);
        }
        out.push_str(if self.null { "],true," } else { "],false," });
        if self.is_bag {
            out.push('{');
            for (i, (key, node)) in self.properties.iter().enumerate() {
                out.extend([if i > 0 { "," } else { "" }, "\"", key, "\":"]);
                node.write_state(out);
            }
            out.push_str("},");
        } else {
            out.push_str("null,");
        }
        match &self.items {
            Some(items) => items.write_state(out),
            None => out.push_str("null"),
        }
        out.push(']');
    }

    /// Takes in what [`Node::write_state`] wrote.
    fn add_state(&mut self, state: &str) -> usize {
        let mut parts = dynamic::array_items(state);
        let (types, null) = (parts.next().unwrap_or(""), parts.next());
        let (bag, items) = (parts.next().unwrap_or("null"), parts.next().unwrap_or("null"));
        let mut grown = 0;
        for name in dynamic::array_items(types) {
            if let Some(known) = TYPES.iter().find(|t| name.trim_matches('"') == **t) {
                grown += self.add_type(known);
            }
        }
        self.null |= null == Some("true");
        if bag != "null" {
            self.is_bag = true;
            for (key, state) in dynamic::raw_entries(bag) {
                let (node, new) = self.property(key);
                grown += new + node.add_state(state);
            }
        }
        if items != "null" {
            let node = self.items.get_or_insert_with(|| {
                grown += size_of::<Node>();
                Box::default()
            });
            grown += node.add_state(items);
        }
        grown
    }
}

impl BuildSchema {
    fn take(&mut self, emit: EmitTo) -> Vec<Node> {
        let nodes = emit.take_needed(&mut self.groups);
        if self.groups.is_empty() {
            self.bytes = 0;
        }
        nodes
    }
}

impl State for BuildSchema {
    fn fresh(&self) -> Box<dyn State> {
        Box::new(BuildSchema::default())
    }

    fn state_types(&self) -> Vec<DataType> {
        vec![DataType::LargeUtf8]
    }

    fn grow(&mut self, groups: usize) {
        self.groups.resize_with(groups.max(self.groups.len()), Node::default);
    }

    fn update(&mut self, args: &[ArrayRef], rows: &Rows) -> Result<()> {
        let values = texts(argument(args, 0)?)?;
        rows.clone().valid(values.nulls()).for_each(|row, group| {
            self.bytes += self.groups[group].add(values.value(row), 0);
        });
        Ok(())
    }

    fn merge(&mut self, states: &[ArrayRef], rows: &Rows) -> Result<()> {
        let values = large_texts(argument(states, 0)?)?;
        rows.clone().valid(values.nulls()).for_each(|row, group| {
            self.bytes += self.groups[group].add_state(values.value(row));
        });
        Ok(())
    }

    fn evaluate(&mut self, emit: EmitTo) -> Result<ArrayRef> {
        let nodes = self.take(emit);
        let mut out = StringViewBuilder::with_capacity(nodes.len());
        let mut buffer = String::new();
        for node in &nodes {
            if node.is_empty() {
                out.append_null();
                continue;
            }
            buffer.clear();
            node.write(&mut buffer);
            out.try_append_value(&buffer)?;
        }
        Ok(Arc::new(out.finish()))
    }

    fn state(&mut self, emit: EmitTo) -> Result<Vec<ArrayRef>> {
        let mut out = LargeStringBuilder::new();
        let mut buffer = String::new();
        for node in self.take(emit) {
            buffer.clear();
            node.write_state(&mut buffer);
            out.append_value(&buffer);
        }
        Ok(vec![Arc::new(out.finish())])
    }

    fn size(&self) -> usize {
        self.bytes + self.groups.capacity() * size_of::<Node>()
    }
}
