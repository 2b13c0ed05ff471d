//! `geo_polygon_lookup`, `geo_line_lookup`.

use crate::binder::{Binder, table};
use crate::bound::{Expr, ExprKind, PluginArgument, PluginValue, Table, TableKind};
use crate::convert::{convert, is_constant, literal};
use crate::expression::Arg;
use kql_diagnostic::{Span, code};
use kql_syntax::ast;
use kql_types::function::{FunctionKind, FunctionSpec, example};
use kql_types::{ScalarType, Value};
use std::sync::Arc;

static POLYGON: FunctionSpec = FunctionSpec::new(
    "geo_polygon_lookup",
    FunctionKind::Plugin,
    &[
        "(table, polygon, longitude, latitude [, radius = m] [, return_unmatched = false] [, lookup_area_radius = m] [, return_lookup_key = false])",
    ],
    "Joins each point to the rows of a table whose polygon has it, or is within the radius. <https://learn.microsoft.com/kusto/query/geo-polygon-lookup-plugin>",
)
.examples(&[example("let P = datatable(name:string, area:dynamic)['box', dynamic({'type':'Polygon','coordinates':[[[0,0],[2,0],[2,2],[0,2],[0,0]]]})]; datatable(lng:real, lat:real)[1.0, 1.0, 5.0, 5.0] | evaluate geo_polygon_lookup(P, area, lng, lat)", "{\"lng\":1.0,\"lat\":1.0,\"name\":\"box\"}")]);

static LINE: FunctionSpec = FunctionSpec::new(
    "geo_line_lookup",
    FunctionKind::Plugin,
    &[
        "(table, line, longitude, latitude, radius [, return_unmatched = false] [, lookup_area_radius = m] [, return_lookup_key = false])",
    ],
    "Joins each point to the rows of a table whose line is within the radius, in meters. <https://learn.microsoft.com/kusto/query/geo-line-lookup-plugin>",
)
.examples(&[example("let R = datatable(name:string, way:dynamic)['road', dynamic({'type':'LineString','coordinates':[[0,0],[2,0]]})]; datatable(lng:real, lat:real)[1.0, 0.001, 5.0, 5.0] | evaluate geo_line_lookup(R, way, lng, lat, 200)", "{\"lng\":1.0,\"lat\":0.001,\"name\":\"road\"}")]);

/// One of them.
///
/// `geo_polygon_lookup(T, polygon, longitude, latitude [, radius] [, return_unmatched] [, lookup_area_radius] [,
/// return_lookup_key])`: the rows of T whose polygon has the place in it, or, with a radius, is at most that many metres
/// away, joined to the row. `geo_line_lookup`, with a radius always: the rows whose line is at most that far away. All that
/// fit give a row. With `return_unmatched = true` a row without a match stays, its columns of T null or `''`. What is no
/// place or no shape matches nothing. The column of shapes is shown only with `return_lookup_key = true` (measured).
///
/// Pages: query/geo-polygon-lookup-plugin, query/geo-line-lookup-plugin.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct GeoLookup {
    name: &'static str,
    /// Arguments before optional ones.
    required: usize,
}

static LOOKUPS: &[GeoLookup] =
    &[GeoLookup { name: "geo_polygon_lookup", required: 4 }, GeoLookup { name: "geo_line_lookup", required: 5 }];

/// The arguments after the longitude and latitude: in this order, or by name.
const NAMED: [(&str, ScalarType); 4] = [
    ("radius", ScalarType::Real),
    ("return_unmatched", ScalarType::Bool),
    ("lookup_area_radius", ScalarType::Real),
    ("return_lookup_key", ScalarType::Bool),
];
/// The arguments before them.
const COLUMNS: usize = 4;

pub(super) fn find(name: &str) -> Option<&'static GeoLookup> {
    LOOKUPS.iter().find(|l| l.name == name)
}

pub(super) fn specs() -> impl Iterator<Item = &'static FunctionSpec> {
    [&POLYGON, &LINE].into_iter()
}

impl<'s> Binder<'s> {
    /// Left columns, then those of the lookup table; names that are taken get a number.
    pub(crate) fn geo_lookup_plugin(
        &mut self,
        lookup: &'static GeoLookup,
        input: Arc<Table>,
        call: &'s ast::Call,
        span: Span,
    ) -> Arc<Table> {
        if !self.plugin_count(call, lookup.required, COLUMNS + NAMED.len()) {
            return self.unknown_table(span);
        }
        let looked_up = self.lookup_table(call, span);
        let key = self.lookup_column(&looked_up, &call.arguments[1].value);
        let mut hidden = None;
        let mut values = vec![(None, PluginValue::Table(Arc::clone(&looked_up)))];
        if let Arg::Scalar(e) = key {
            if !matches!(e.ty, ScalarType::Dynamic | ScalarType::Unknown) {
                self.error(code::OPERAND, e.span, format!("a shape is of type dynamic, not {}", e.ty));
            }
            if let ExprKind::Column(name) = &e.kind {
                hidden = Some(Arc::clone(name));
            }
            values.push((None, PluginValue::Scalar(e)));
        }
        let (_, input) = self.over(&input, |b| {
            for argument in &call.arguments[2..COLUMNS] {
                let bound = b.argument(&argument.value);
                values.push((None, PluginValue::Scalar(b.coordinate(bound))));
            }
            for (at, argument) in call.arguments.iter().enumerate().skip(COLUMNS) {
                let Some((name, ty)) = b.geo_parameter(at, argument, lookup) else { continue };
                let bound = b.argument(&argument.value);
                let value = b.geo_constant(bound, name, ty);
                if name == "return_lookup_key" && matches!(literal(&value), Some(Value::Bool(Some(true)))) {
                    hidden = None;
                }
                values.push((Some(Arc::from(name)), PluginValue::Scalar(value)));
            }
        });
        if lookup.required > COLUMNS && !values.iter().any(|(name, _)| name.as_deref() == Some("radius")) {
            let message = format!("'{}' needs a radius", lookup.name);
            self.error_help(code::OPERAND, call.span, message, "give it behind the latitude, in metres");
        }
        let dropped: Vec<Arc<str>> = hidden.into_iter().collect();
        let Some(schema) = self.looked_up_columns(&input, &looked_up, &dropped, span) else {
            return self.unknown_table(span);
        };
        let arguments = values.into_iter().map(|(name, value)| PluginArgument { name, value }).collect();
        table(
            TableKind::Evaluate { input: Some(input), plugin: Arc::from(lookup.name), arguments },
            schema,
            span,
            false,
        )
    }

    fn coordinate(&mut self, bound: Arg<'s>) -> Expr {
        match bound {
            Arg::Scalar(e) => {
                if !(e.ty.is_number() || matches!(e.ty, ScalarType::Dynamic | ScalarType::Unknown)) {
                    self.error(code::OPERAND, e.span, format!("a coordinate is a number, not {}", e.ty));
                }
                convert(e, ScalarType::Real)
            }
            Arg::Missing(span) => self.missing(span),
            other => {
                self.error(code::OPERAND, other.span(), "a coordinate is needed here");
                self.missing(other.span())
            }
        }
    }

    /// The parameter that an argument is for.
    fn geo_parameter(
        &mut self,
        at: usize,
        argument: &'s ast::Argument,
        lookup: &GeoLookup,
    ) -> Option<(&'static str, ScalarType)> {
        let Some(name) = &argument.name else { return NAMED.get(at - COLUMNS).copied() };
        let known = NAMED.iter().find(|(known, _)| *known == name.text).copied();
        if known.is_none() {
            let message = format!("'{}' has no parameter '{}'", lookup.name, name.text);
            let diagnostic = kql_diagnostic::Diagnostic::error(code::UNKNOWN_NAME, name.span, message)
                .did_you_mean(&name.text, NAMED.iter().map(|(n, _)| *n));
            self.report(diagnostic);
        }
        known
    }

    /// A constant of a type; what the columns depend on must be a literal.
    fn geo_constant(&mut self, bound: Arg<'s>, name: &str, ty: ScalarType) -> Expr {
        let Arg::Scalar(e) = bound else {
            self.error(code::NOT_LITERAL, bound.span(), format!("{name} is a constant of type {ty}"));
            return self.missing(bound.span());
        };
        let fits = match ty {
            ScalarType::Bool => matches!(e.kind, ExprKind::Literal(Value::Bool(_)) | ExprKind::Missing),
            _ => (e.ty.is_number() || e.ty == ScalarType::Unknown) && is_constant(&e),
        };
        if !fits {
            let what = if ty == ScalarType::Bool { "true or false" } else { "a constant number of metres" };
            self.error(code::NOT_LITERAL, e.span, format!("{name} is {what}"));
        }
        convert(e, ty)
    }
}
