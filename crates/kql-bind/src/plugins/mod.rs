//! Plugins of `evaluate`: one file for each family.
//!
//! Most are written out as other operators, some of them in KQL ([`recipe`]); of the others the columns are known here, and who
//! runs them gets a [`TableKind::Evaluate`].

mod activity;
mod bag_unpack;
mod cloud;
mod geo_lookups;
mod lookups;
mod narrow;
mod patterns;
mod pivot;
pub(crate) mod recipe;
mod sequences;
mod small;

use crate::binder::{Binder, table};
use crate::bound::{Expr, ExprKind, NamedExpr, PluginArgument, PluginValue, Table, TableKind};
use crate::convert::convert;
use crate::expression::Arg;
use kql_diagnostic::{Span, code};
use kql_syntax::ast;
use kql_types::function::FunctionSpec;
use kql_types::{Column, RowSchema, ScalarType, Value};
use std::sync::Arc;

/// A plugin.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Plugin {
    /// Columns from the slots of bags.
    BagUnpack,
    /// Columns from the values of a column.
    Pivot,
    /// Rows from columns.
    Narrow,
    /// Rows of another table by network.
    Lookup(&'static lookups::Lookup),
    /// Rows of another table by place.
    GeoLookup(&'static geo_lookups::GeoLookup),
    /// Counts of users over windows of time.
    Activity(&'static activity::Activity),
    /// Frequent patterns.
    Patterns(&'static patterns::Patterns),
    /// Order of events.
    Sequences(sequences::Sequences),
    /// The rest.
    Small(small::Small),
    /// Needs the network or another language: what to do instead.
    Cloud(&'static cloud::Cloud),
}

/// The plugin of a name.
pub(crate) fn plugin(name: &str) -> Option<Plugin> {
    Some(match name {
        "bag_unpack" => Plugin::BagUnpack,
        "pivot" => Plugin::Pivot,
        "narrow" => Plugin::Narrow,
        _ => {
            return lookups::find(name)
                .map(Plugin::Lookup)
                .or_else(|| geo_lookups::find(name).map(Plugin::GeoLookup))
                .or_else(|| activity::find(name).map(Plugin::Activity))
                .or_else(|| patterns::find(name).map(Plugin::Patterns))
                .or_else(|| sequences::find(name).map(Plugin::Sequences))
                .or_else(|| small::find(name).map(Plugin::Small))
                .or_else(|| cloud::find(name).map(Plugin::Cloud));
        }
    })
}

/// True for plugins that must be the last operator.
pub(crate) fn has_several_results(name: &str) -> bool {
    matches!(name, "preview" | "funnel_sequence")
}

/// What is known of each plugin: signatures, meaning, examples, whether it runs.
pub fn plugin_specs() -> impl Iterator<Item = &'static FunctionSpec> {
    [&bag_unpack::SPEC, &pivot::SPEC, &narrow::SPEC]
        .into_iter()
        .chain(lookups::specs())
        .chain(geo_lookups::specs())
        .chain(activity::specs())
        .chain(patterns::specs())
        .chain(sequences::specs())
        .chain(small::specs())
        .chain(cloud::specs())
}

/// The names of all plugins of `evaluate`.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    plugin_specs().map(|spec| spec.name)
}

impl<'s> Binder<'s> {
    /// Binds a plugin over rows.
    pub(crate) fn plugin(&mut self, plugin: Plugin, input: Arc<Table>, call: &'s ast::Call, span: Span) -> Arc<Table> {
        match plugin {
            Plugin::BagUnpack => self.bag_unpack(input, call, span),
            Plugin::Pivot => self.pivot(input, call, span),
            Plugin::Narrow => self.narrow(input, call, span),
            Plugin::Lookup(lookup) => self.lookup_plugin(lookup, input, call, span),
            Plugin::GeoLookup(lookup) => self.geo_lookup_plugin(lookup, input, call, span),
            Plugin::Activity(activity) => self.activity(activity, input, call, span),
            Plugin::Patterns(patterns) => self.patterns(patterns, input, call, span),
            Plugin::Sequences(sequences) => self.sequences(sequences, input, call, span),
            Plugin::Small(small) => self.small_plugin(small, input, call, span),
            Plugin::Cloud(cloud) => self.cloud_plugin(cloud, input, call, span),
        }
    }

    /// Binds arguments over the input row.
    pub(crate) fn plugin_arguments(&mut self, input: &Arc<Table>, call: &'s ast::Call) -> (Vec<Arg<'s>>, Arc<Table>) {
        self.over(input, |b| b.arguments(call))
    }

    /// The call as it is, for who runs it.
    pub(crate) fn evaluate_kind(
        &mut self,
        input: Arc<Table>,
        call: &'s ast::Call,
        args: Vec<Arg<'s>>,
        columns: RowSchema,
        span: Span,
    ) -> Arc<Table> {
        let mut arguments = Vec::with_capacity(args.len());
        for (arg, written) in args.into_iter().zip(&call.arguments) {
            let value = match arg {
                Arg::Scalar(e) => PluginValue::Scalar(e),
                Arg::Table(t) => PluginValue::Table(t.table),
                Arg::Star(_) => PluginValue::Star,
                Arg::Type(..) | Arg::RowType(_) => continue,
                Arg::Missing(span) => PluginValue::Scalar(self.missing(span)),
            };
            let name = written.name.as_ref().map(|n| Arc::from(n.text.as_str()));
            arguments.push(PluginArgument { name, value });
        }
        let plugin: Arc<str> = Arc::from(call.name.text.as_str());
        table(TableKind::Evaluate { input: Some(input), plugin, arguments }, columns, span, false)
    }

    /// Reports a wrong number of arguments; true when it is right.
    pub(crate) fn plugin_count(&mut self, call: &'s ast::Call, min: usize, max: usize) -> bool {
        let given = call.arguments.len();
        if (min..=max).contains(&given) {
            return true;
        }
        let takes = match (min, max) {
            (0, 0) => "no arguments".to_owned(),
            (min, max) if min == max => format!("{min} arguments"),
            (min, usize::MAX) => format!("at least {min} arguments"),
            (min, max) => format!("{min} to {max} arguments"),
        };
        self.error(
            code::ARGUMENT_COUNT,
            call.span,
            format!("the plugin '{}' takes {takes}, not {given}", call.name.text),
        );
        false
    }

    /// An argument that must be a column.
    pub(crate) fn column_argument(&mut self, arg: Option<&Arg<'s>>, call: &'s ast::Call) -> Option<Column> {
        match arg {
            Some(Arg::Scalar(Expr { kind: ExprKind::Column(name), ty, .. })) => {
                Some(Column { name: Arc::clone(name), ty: *ty })
            }
            Some(Arg::Missing(_)) | None => None,
            Some(other) => {
                let message = format!("'{}' needs a column here", call.name.text);
                self.error_help(code::OPERAND, other.span(), message, "compute it with extend first");
                None
            }
        }
    }
}

/// The table with exactly these columns: matched by name, converted, null where there is none.
pub(crate) fn as_columns(input: &Arc<Table>, columns: &[Column], span: Span) -> Arc<Table> {
    let exprs: Vec<NamedExpr> = columns
        .iter()
        .map(|column| {
            let value = match input.schema.column(&column.name) {
                Some(have) => {
                    let value = Expr { kind: ExprKind::Column(Arc::clone(&have.name)), ty: have.ty, span };
                    convert(value, column.ty)
                }
                None => Expr { kind: ExprKind::Literal(Value::null(column.ty)), ty: column.ty, span },
            };
            NamedExpr { name: Arc::clone(&column.name), value }
        })
        .collect();
    let schema = RowSchema::new(columns.to_vec());
    table(TableKind::Project { input: Arc::clone(input), columns: exprs }, schema, span, input.serialized)
}

/// The constant text of an argument.
pub(crate) fn text_argument<'a>(arg: Option<&'a Arg<'_>>) -> Option<&'a str> {
    match arg {
        Some(Arg::Scalar(Expr { kind: ExprKind::Literal(Value::String(text)), .. })) => Some(text),
        _ => None,
    }
}

/// Columns of fixed names.
pub(crate) fn fixed(columns: &[(&'static str, ScalarType)]) -> Vec<Column> {
    columns.iter().map(|(name, ty)| Column::new(*name, *ty)).collect()
}
