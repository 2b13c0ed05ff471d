//! `ipv4_lookup`, `ipv6_lookup`, and what the lookups by place have in common with them.

use crate::binder::Binder;
use crate::bound::{Expr, ExprKind, Table};
use crate::expression::Arg;
use crate::names::Namer;
use crate::operators::mv_apply::reordered;
use kql_diagnostic::{Diagnostic, Span, code};
use kql_syntax::ast;
use kql_types::function::{FunctionKind, FunctionSpec, example};
use kql_types::{Column, RowSchema, ScalarType, Value};
use std::sync::Arc;

static IPV4: FunctionSpec = FunctionSpec::new(
    "ipv4_lookup",
    FunctionKind::Plugin,
    &["(table, address, network [, keys…] [, return_unmatched = false])"],
    "Joins each row to the rows of a table whose IPv4 network has the address in it, and whose further keys are equal. <https://learn.microsoft.com/kusto/query/ipv4-lookup-plugin>",
)
.examples(&[example("let N = datatable(net:string, name:string)['10.0.0.0/8', 'lab']; datatable(ip:string)['10.1.2.3', '8.8.8.8'] | evaluate ipv4_lookup(N, ip, net)", "{\"ip\":\"10.1.2.3\",\"net\":\"10.0.0.0/8\",\"name\":\"lab\"}")]);

static IPV6: FunctionSpec = FunctionSpec::new(
    "ipv6_lookup",
    FunctionKind::Plugin,
    &["(table, address, network [, return_unmatched = false])"],
    "As `ipv4_lookup`, for IPv6 networks; the columns of the table come first. <https://learn.microsoft.com/kusto/query/ipv6-lookup-plugin>",
)
.examples(&[example("let N = datatable(net:string, name:string)['fd00::/8', 'lab']; datatable(ip:string)['fd00::1', '2001:db8::1'] | evaluate ipv6_lookup(N, ip, net)", "{\"net\":\"fd00::/8\",\"name\":\"lab\",\"ip\":\"fd00::1\"}")]);

static SPECS: &[&FunctionSpec] = &[&IPV4, &IPV6];

/// One of them.
///
/// `ipv4_lookup(T, address, network [, keys…] [, return_unmatched])` and `ipv6_lookup`: the rows of T whose network has the
/// address in it, joined to the row; with further keys, columns of both tables, only those that are equal there. An address
/// may have a prefix length: then the network must hold all of it. All networks that fit give a row, the narrowest first
/// (the page says "as many records as matching results"). With `return_unmatched = true` a row without a match stays, its
/// columns of T null or `''`. What is no address matches nothing.
///
/// Pages: query/ipv4-lookup-plugin, query/ipv6-lookup-plugin; the order of the columns is measured.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Lookup {
    name: &'static str,
    /// The lookup table's columns come first (measured; the public analyzer has them last).
    lookup_first: bool,
}

static LOOKUPS: &[Lookup] =
    &[Lookup { name: "ipv4_lookup", lookup_first: false }, Lookup { name: "ipv6_lookup", lookup_first: true }];

/// Which argument is the network.
const NETWORK: usize = 2;

pub(super) fn find(name: &str) -> Option<&'static Lookup> {
    LOOKUPS.iter().find(|l| l.name == name)
}

pub(super) fn specs() -> impl Iterator<Item = &'static FunctionSpec> {
    SPECS.iter().copied()
}

impl<'s> Binder<'s> {
    /// Left columns, then those of the lookup table; names that are taken get a number.
    pub(crate) fn lookup_plugin(
        &mut self,
        lookup: &'static Lookup,
        input: Arc<Table>,
        call: &'s ast::Call,
        span: Span,
    ) -> Arc<Table> {
        if !self.plugin_count(call, NETWORK + 1, usize::MAX) {
            return self.unknown_table(span);
        }
        let table = self.lookup_table(call, span);
        let mut args = vec![Arg::Table(crate::expression::unlabelled(Arc::clone(&table)))];
        let mut dropped: Vec<Arc<str>> = Vec::new();
        let (_, input) = self.over(&input, |b| {
            for (at, argument) in call.arguments.iter().enumerate().skip(1) {
                if at == NETWORK {
                    let key = b.lookup_column(&table, &argument.value);
                    if let Arg::Scalar(e) = &key
                        && !matches!(e.ty, ScalarType::String | ScalarType::Unknown)
                    {
                        b.error(code::OPERAND, e.span, format!("a network is of type string, not {}", e.ty));
                    }
                    args.push(key);
                    continue;
                }
                let bound = b.argument(&argument.value);
                b.ip_lookup_argument(&bound, argument, at, &table, call);
                // Extra keys are columns of both sides; the lookup table's are not shown.
                if argument.name.is_none()
                    && let Arg::Scalar(Expr { kind: ExprKind::Column(name), .. }) = &bound
                    && at > NETWORK
                {
                    dropped.push(Arc::clone(name));
                }
                args.push(bound);
            }
        });
        let Some(schema) = self.looked_up_columns(&input, &table, &dropped, span) else {
            return self.unknown_table(span);
        };
        let fields = schema.columns.clone();
        let left = input.schema.columns.len();
        let order: Vec<Arc<str>> = if lookup.lookup_first && self.measured() {
            fields[left..].iter().chain(&fields[..left]).map(|c| Arc::clone(&c.name)).collect()
        } else {
            fields.iter().map(|c| Arc::clone(&c.name)).collect()
        };
        let made = self.evaluate_kind(input, call, args, schema, span);
        reordered(made, &order, span)
    }

    /// The table that rows are looked up in: the first argument.
    pub(super) fn lookup_table(&mut self, call: &'s ast::Call, span: Span) -> Arc<Table> {
        match self.without_row(|b| b.argument(&call.arguments[0].value)) {
            Arg::Table(table) => table.table,
            Arg::Missing(span) => self.unknown_table(span),
            other => {
                self.error(code::OPERAND, other.span(), "the lookup table is needed here");
                self.unknown_table(span)
            }
        }
    }

    /// The columns of the input, then those of the lookup table but the dropped ones; names that are taken get a number.
    /// `None` when there are too many.
    pub(super) fn looked_up_columns(
        &mut self,
        input: &Table,
        lookup: &Table,
        dropped: &[Arc<str>],
        span: Span,
    ) -> Option<RowSchema> {
        if !self.spend(input.schema.columns.len() + lookup.schema.columns.len(), span) {
            return None;
        }
        let mut namer = Namer::default();
        let mut fields: Vec<Column> = input.schema.columns.to_vec();
        for field in &fields {
            namer.take(&field.name);
        }
        for column in lookup.schema.columns.iter().filter(|c| !dropped.contains(&c.name)) {
            fields.push(Column { name: namer.generated(Some(&column.name)), ty: column.ty });
        }
        Some(RowSchema { columns: fields.into(), open: input.schema.open || lookup.schema.open })
    }

    /// An argument of the lookups by network: the address, a column that is in both tables, or `return_unmatched`.
    fn ip_lookup_argument(
        &mut self,
        bound: &Arg<'s>,
        argument: &'s ast::Argument,
        at: usize,
        table: &Arc<Table>,
        call: &'s ast::Call,
    ) {
        let Arg::Scalar(e) = bound else { return };
        match (&e.kind, &argument.name) {
            (_, Some(name)) if name.text != "return_unmatched" => {
                let message = format!("'{}' has no parameter '{}'", call.name.text, name.text);
                self.error(code::UNKNOWN_NAME, name.span, message);
            }
            (ExprKind::Literal(Value::Bool(_)), _) if at > 1 => {}
            (_, Some(_)) => self.error(code::NOT_LITERAL, e.span, "return_unmatched is true or false"),
            (ExprKind::Column(_), None) if at == 1 => {
                if e.ty != ScalarType::String && e.ty != ScalarType::Unknown {
                    let message = format!("an address is of type string, not {}", e.ty);
                    self.error_help(code::OPERAND, e.span, message, "convert it: extend Address = tostring(…)");
                }
            }
            (ExprKind::Column(name), None) => {
                let other = table.schema.column(name);
                let fits = match other {
                    Some(other) => other.ty == e.ty || other.ty == ScalarType::Unknown,
                    None => table.schema.open,
                };
                if !fits {
                    let message = match other {
                        Some(other) => {
                            format!("'{name}' is of type {} here and {} in the lookup table", e.ty, other.ty)
                        }
                        None => format!("the lookup table has no column '{name}'"),
                    };
                    self.error(code::OPERAND, e.span, message);
                }
            }
            _ => {
                self.column_argument(Some(bound), call);
            }
        }
    }

    /// An argument that must be a column of the lookup table.
    pub(super) fn lookup_column(&mut self, table: &Arc<Table>, e: &'s ast::Expr) -> Arg<'s> {
        let ast::ExprKind::Name(name) = &e.kind else {
            self.error(code::OPERAND, e.span, "a column of the lookup table is needed here");
            return Arg::Missing(e.span);
        };
        match table.schema.column(&name.text) {
            Some(column) => {
                Arg::Scalar(Expr { kind: ExprKind::Column(Arc::clone(&column.name)), ty: column.ty, span: e.span })
            }
            None if table.schema.open => {
                let kind = ExprKind::Column(Arc::from(name.text.as_str()));
                Arg::Scalar(Expr { kind, ty: ScalarType::Unknown, span: e.span })
            }
            None => {
                let message = format!("the lookup table has no column '{}'", name.text);
                let diagnostic = Diagnostic::error(code::UNKNOWN_NAME, name.span, message)
                    .did_you_mean(&name.text, table.schema.names());
                self.report(diagnostic);
                Arg::Missing(e.span)
            }
        }
    }
}
