//! Functions a service adds to the language: `FileProfile`, `DeviceFromIP`, `_GetWatchlist`, ….
//!
//! They need the service's data. Where the catalogue has such data (a watchlist that was given as a file, a table of file
//! profiles, the network information of devices), they are written out over it; without, their columns are known and empty,
//! and a warning says so and what to give.

use super::unlabelled;
use crate::binder::{Binder, table};
use crate::bound::{Expr, ExprKind, NamedExpr, Table, TableKind};
use crate::catalog::ServiceFunction;
use crate::names::Namer;
use crate::operators::extend::{column_as, passed_on};
use crate::operators::project::project_to;
use crate::plugins::recipe::Ingredient;
use crate::scope::TableEntity;
use kql_diagnostic::{Diagnostic, Span, code};
use kql_syntax::ast;
use kql_types::{Column, RowSchema, ScalarType, Value};
use std::fmt::Write;
use std::sync::Arc;

/// Records that are enriched when the call does not say how many, and the most that may be asked for.
/// <https://learn.microsoft.com/defender-xdr/advanced-hunting-fileprofile-function>
const PROFILES: (i64, i64) = (100, 1000);

impl<'s> Binder<'s> {
    /// `T | invoke FileProfile(SHA1, 1000)`: the input with the function's columns appended. Arguments may be bare columns.
    pub(crate) fn invoke_service(
        &mut self,
        input: Arc<Table>,
        function: &ServiceFunction,
        call: &'s ast::Call,
    ) -> TableEntity {
        if !function.appends_to_input {
            let message = format!("'{}' takes no rows: call it as a table", function.name);
            self.error(code::OPERAND, call.name.span, message);
        }
        let (arguments, input) = self.over(&input, |b| b.service_arguments(function, call, 1));
        self.spend(input.schema.columns.len() + function.columns.columns.len(), call.span);
        let mut namer = Namer::default();
        for column in input.schema.columns.iter() {
            namer.take(&column.name);
        }
        let names: Vec<Arc<str>> =
            function.columns.columns.iter().map(|column| namer.generated(Some(&column.name))).collect();
        if self.options.run
            && function.appends_to_input
            && let Some(data) = self.service_table(function, None, call.name.span)
        {
            return unlabelled(self.enriched(&input, function, arguments, &data, &names, call));
        }
        self.without_service_data(function, None, call.name.span);
        let mut columns = passed_on(&input);
        for (column, name) in function.columns.columns.iter().zip(names) {
            let value = Expr { kind: ExprKind::Literal(Value::null(column.ty)), ty: column.ty, span: call.span };
            columns.push(NamedExpr { name, value });
        }
        let open = input.schema.open;
        let projected = project_to(input, columns, call.span);
        unlabelled(if open {
            let schema = RowSchema { open, ..projected.schema.clone() };
            Arc::new(Table { schema, ..Table::clone(&projected) })
        } else {
            projected
        })
    }

    /// `_GetWatchlist('name')`, `AssignedIPAddresses('device')`: a table.
    pub(crate) fn call_service(&mut self, function: &ServiceFunction, call: &'s ast::Call) -> TableEntity {
        let arguments = self.service_arguments(function, call, 0);
        self.service_rows(function, arguments, call.span, call.name.span)
    }

    /// The rows of a function that makes its own. One without required parameters may be named without parentheses.
    pub(crate) fn service_rows(
        &mut self,
        function: &ServiceFunction,
        arguments: Vec<Expr>,
        span: Span,
        name: Span,
    ) -> TableEntity {
        if !self.options.run {
            return unlabelled(table(TableKind::Empty, function.columns.clone(), span, false));
        }
        let watchlist = &*function.name == "_GetWatchlist";
        let key = match arguments.first().map(|a| &a.kind) {
            Some(ExprKind::Literal(Value::String(text))) if watchlist => Some(text.clone()),
            Some(ExprKind::Missing) | None => None,
            Some(_) if watchlist => {
                self.error(code::NOT_CONSTANT, span, "the name of a watchlist is a constant text");
                None
            }
            Some(_) => None,
        };
        let Some(data) = self.service_table(function, key.as_deref(), name) else {
            self.without_service_data(function, key.as_deref(), name);
            // What a watchlist nobody gave has for columns is not known: any name may be one.
            let schema = RowSchema { open: watchlist, ..function.columns.clone() };
            return unlabelled(table(TableKind::Empty, schema, span, false));
        };
        match &*function.name {
            "_GetWatchlist" => unlabelled(self.watchlist(data, arguments, span)),
            "AssignedIPAddresses" => unlabelled(self.assigned_addresses(&data, arguments, span)),
            _ => unlabelled(data),
        }
    }

    /// The table with the data of a function, if there is one.
    fn service_table(&mut self, function: &ServiceFunction, key: Option<&str>, span: Span) -> Option<Arc<Table>> {
        let name = self.catalog.service_data(&function.name, key)?;
        let schema = self.catalog.table(None, &name)?;
        Some(table(TableKind::Source { database: None, name }, schema, span, false))
    }

    fn without_service_data(&mut self, function: &ServiceFunction, key: Option<&str>, span: Span) {
        if !self.options.run {
            return;
        }
        let message = match key {
            Some(key) => format!("there is no watchlist '{key}' here: '{}' gives no rows", function.name),
            None if function.appends_to_input => {
                format!("'{}' needs data of the service, which is not here: its columns are empty", function.name)
            }
            None => format!("'{}' needs data of the service, which is not here: it gives no rows", function.name),
        };
        let help = match key {
            Some(key) => format!("give it one: {}", function.needs.replace("NAME", key)),
            None => format!("give it what it reads: {}", function.needs),
        };
        self.report(Diagnostic::warning(code::NEEDS_CLOUD, span, message).with_help(help));
    }

    fn service_arguments(&mut self, function: &ServiceFunction, call: &'s ast::Call, offset: usize) -> Vec<Expr> {
        let parameters = function.parameters.get(offset..).unwrap_or(&[]);
        let required = parameters.iter().filter(|p| !p.optional).count();
        if call.arguments.len() < required || call.arguments.len() > parameters.len() {
            let message = format!(
                "the function '{}' takes {required} to {} arguments, not {}",
                function.name,
                parameters.len(),
                call.arguments.len()
            );
            self.error(code::ARGUMENT_COUNT, call.span, message);
        }
        let mut bound = Vec::with_capacity(call.arguments.len());
        for (argument, parameter) in call.arguments.iter().zip(parameters) {
            let value = self.scalar(&argument.value);
            let fits = value.ty == ScalarType::Unknown
                || parameter
                    .ty
                    .is_none_or(|ty| crate::convert::promotes(value.ty, ty) || value.ty == ScalarType::Dynamic);
            if !fits {
                let ty = parameter.ty.map_or("a table", ScalarType::name);
                let message = format!("the parameter '{}' is of type {ty}, not {}", parameter.name, value.ty);
                self.error(code::OPERAND, value.span, message);
            }
            bound.push(value);
        }
        bound
    }

    /// The rows of a watchlist, or those whose `SearchKey` is among the keys.
    fn watchlist(&mut self, rows: Arc<Table>, arguments: Vec<Expr>, span: Span) -> Arc<Table> {
        let Some(keys) = arguments.into_iter().nth(1) else { return rows };
        let ingredients = vec![("T", Ingredient::Table(plain(&rows, Vec::new()))), ("keys", Ingredient::Scalar(keys))];
        let key = rows.schema.index_of("SearchKey").unwrap_or(0);
        let kept = self.recipe("_GetWatchlist", ingredients, &format!("T | where c{key} in (keys)"), span);
        project_to(kept, named_again(&rows, span), span)
    }

    /// `AssignedIPAddresses`: of each network adapter of the device the last addresses, at a time if one is given.
    fn assigned_addresses(&mut self, data: &Arc<Table>, arguments: Vec<Expr>, span: Span) -> Arc<Table> {
        let mut arguments = arguments.into_iter();
        let device = arguments.next().unwrap_or_else(|| text(String::new(), span));
        let at = arguments.next().unwrap_or_else(|| no_time(span));
        let columns = ["Timestamp", "DeviceId", "DeviceName", "MacAddress", "IPAddresses", "NetworkAdapterType"];
        let rows = self.chosen(data, &[&columns[..], &["ConnectedNetworks"]].concat(), span);
        let body = "D | where (DeviceId == device or DeviceName =~ device) and (isnull(at) or Timestamp <= at) \
            | summarize arg_max(Timestamp, *) by DeviceId, MacAddress \
            | mv-expand address = todynamic(IPAddresses) \
            | project Timestamp, IPAddress = tostring(address.IPAddress), IPType = tostring(address.AddressType), \
              NetworkAdapterType = toint(NetworkAdapterType), ConnectedNetworks = toint(ConnectedNetworks) \
            | where isnotempty(IPAddress)";
        let ingredients = vec![
            ("D", Ingredient::Table(rows)),
            ("device", Ingredient::Scalar(device)),
            ("at", Ingredient::Scalar(at)),
        ];
        self.recipe("AssignedIPAddresses", ingredients, body, span)
    }

    /// The input with the function's columns, looked up in its data.
    fn enriched(
        &mut self,
        input: &Arc<Table>,
        function: &ServiceFunction,
        arguments: Vec<Expr>,
        data: &Arc<Table>,
        names: &[Arc<str>],
        call: &'s ast::Call,
    ) -> Arc<Table> {
        let span = call.span;
        let mut arguments = arguments.into_iter();
        let own = match &*function.name {
            "FileProfile" => "SHA1",
            "DeviceFromIP" => "IP",
            _ => "DeviceId",
        };
        let key = match arguments.next() {
            Some(key) => key,
            None => match input.schema.column(own) {
                Some(column) => column_as(column, Arc::clone(&column.name), span).value,
                None => {
                    let message = format!("'{}' reads the column '{own}', which the rows do not have", function.name);
                    self.error_help(code::UNKNOWN_NAME, call.name.span, message, "name the column: invoke f(Column)");
                    return self.unknown_table(span);
                }
            },
        };
        let second = arguments.next();
        if let Some(e) = &second
            && !matches!(e.kind, ExprKind::Missing)
            && !crate::convert::is_constant(e)
        {
            self.error(code::NOT_CONSTANT, e.span, format!("this argument of '{}' is a constant", function.name));
        }
        let key = crate::convert::convert(key, ScalarType::String);
        let rows = plain(input, vec![NamedExpr { name: Arc::from("h"), value: key }]);
        let kept: Vec<String> = (0..input.schema.columns.len()).map(|at| format!("c{at}")).collect();
        let kept = if kept.is_empty() { String::new() } else { format!("{}, ", kept.join(", ")) };
        let appended: Vec<String> = (0..names.len()).map(|at| format!("p{at}")).collect();
        let shown = format!("project {kept}{}", appended.join(", "));
        let mut ingredients = vec![("T", Ingredient::Table(rows))];
        let body = match &*function.name {
            "FileProfile" => {
                let wanted: Vec<&str> = function.columns.names().collect();
                ingredients.push(("D", Ingredient::Table(self.chosen(data, &wanted, span))));
                let limit = match second.map(|e| e.kind) {
                    Some(ExprKind::Literal(Value::Long(Some(n)))) => n.clamp(1, PROFILES.1),
                    Some(ExprKind::Literal(Value::Int(Some(n)))) => i64::from(n).clamp(1, PROFILES.1),
                    _ => PROFILES.0,
                };
                file_profile(function, &appended, limit, &shown)
            }
            "DeviceFromIP" => {
                let wanted = ["Timestamp", "DeviceId", "MacAddress", "IPAddresses"];
                ingredients.push(("D", Ingredient::Table(self.chosen(data, &wanted, span))));
                ingredients.push(("at", Ingredient::Scalar(second.unwrap_or_else(|| no_time(span)))));
                format!(
                    "let P = D | where isnull(at) or Timestamp <= at \
                     | summarize arg_max(Timestamp, IPAddresses) by DeviceId, MacAddress \
                     | mv-expand address = todynamic(IPAddresses) | extend k = tostring(address.IPAddress) \
                     | where isnotempty(k) | distinct k, p1 = DeviceId; \
                     T | extend p0 = h | lookup kind=leftouter P on $left.h == $right.k | {shown}"
                )
            }
            _ => {
                ingredients.push(("D", Ingredient::Table(self.chosen(data, &["DeviceId", "SeenBy"], span))));
                format!(
                    "let P = D | where isnotempty(DeviceId) | summarize take_any(SeenBy) by DeviceId \
                     | project k = DeviceId, p0 = todynamic(SeenBy); \
                     T | lookup kind=leftouter P on $left.h == $right.k | {shown}"
                )
            }
        };
        let made = self.recipe(&function.name, ingredients, &body, span);
        let mut columns = named_again(input, span);
        for (name, from) in names.iter().zip(made.schema.columns.iter().skip(columns.len())) {
            columns.push(column_as(from, Arc::clone(name), span));
        }
        project_to(made, columns, span)
    }

    /// The columns of a data table that a function reads; those it does not have are null.
    fn chosen(&mut self, data: &Arc<Table>, wanted: &[&str], span: Span) -> Arc<Table> {
        let columns = wanted
            .iter()
            .map(|name| match data.schema.column(name) {
                Some(column) => column_as(column, Arc::clone(&column.name), span),
                None => NamedExpr { name: Arc::from(*name), value: text(String::new(), span) },
            })
            .collect();
        project_to(Arc::clone(data), columns, span)
    }
}

/// `FileProfile` over a table of profiles: a row's file is found by any of its hashes, the first `limit` rows are enriched.
fn file_profile(function: &ServiceFunction, appended: &[String], limit: i64, shown: &str) -> String {
    let mut body = String::from("let P = union ");
    for (at, hash) in ["SHA1", "SHA256", "MD5"].into_iter().enumerate() {
        let separator = if at == 0 { "" } else { ", " };
        let _ = write!(body, "{separator}(D | extend k = tolower(tostring({hash})))");
    }
    body.push_str(" | where isnotempty(k) | summarize take_any(*) by k | project k");
    for (column, name) in function.columns.columns.iter().zip(appended) {
        let value = match &*column.name {
            "ProfileAvailability" => "coalesce(tostring(ProfileAvailability), 'Available')".to_owned(),
            other => format!("to{}({other})", column.ty),
        };
        let _ = write!(body, ", {name} = {value}");
    }
    let availability = function.columns.index_of("ProfileAvailability").and_then(|at| appended.get(at));
    let _ = write!(
        body,
        "; T | serialize n = row_number() | extend h = iff(n <= {limit}, tolower(h), '') \
         | lookup kind=leftouter P on $left.h == $right.k"
    );
    if let Some(name) = availability {
        let _ = write!(body, " | extend {name} = iff(isempty({name}) and isnotempty(h), 'Missing', {name})");
    }
    let _ = write!(body, " | {shown}");
    body
}

/// The rows with columns `c0`, `c1`, …, and further ones.
fn plain(input: &Arc<Table>, further: Vec<NamedExpr>) -> Arc<Table> {
    let span = input.span;
    let mut columns: Vec<NamedExpr> = input
        .schema
        .columns
        .iter()
        .enumerate()
        .map(|(at, column)| column_as(column, Arc::from(format!("c{at}")), span))
        .collect();
    columns.extend(further);
    project_to(Arc::clone(input), columns, span)
}

/// The columns `c0`, `c1`, … under the names they had.
fn named_again(input: &Table, span: Span) -> Vec<NamedExpr> {
    let columns = input.schema.columns.iter().enumerate();
    let again = |(at, column): (usize, &Column)| {
        let plain = Column { name: Arc::from(format!("c{at}")), ty: column.ty };
        column_as(&plain, Arc::clone(&column.name), span)
    };
    columns.map(again).collect()
}

fn text(text: String, span: Span) -> Expr {
    Expr { kind: ExprKind::Literal(Value::String(text)), ty: ScalarType::String, span }
}

fn no_time(span: Span) -> Expr {
    Expr { kind: ExprKind::Literal(Value::Datetime(None)), ty: ScalarType::Datetime, span }
}
