//! What an operand may be: columns, variables, functions, tables, words.

use super::Completion;
use super::collect::{Collector, Parts};
use crate::item::ItemKind;
use crate::pages::{operator_page, signature_text};
use crate::words;
use kql_bind::cursor::{CursorPlace, Members, VisibleName, VisibleParameter};
use kql_syntax::TokenKind;
use kql_types::{RowSchema, ScalarType, Value};

/// Ranks: what comes first when the letters fit equally well.
const MEMBER: u8 = 1;
const AGGREGATE: u8 = 5;
const COLUMN: u8 = 10;
const VARIABLE: u8 = 15;
const TABLE: u8 = 25;
const FUNCTION: u8 = 40;
const WORD: u8 = 45;

/// The aggregates most queries use.
const OFTEN: &[&str] = &["count", "dcount", "countif", "sum", "min", "max", "avg", "make_set", "make_list", "arg_max"];

impl Completion<'_> {
    pub(super) fn expression(&self, out: &mut Collector<'_>) {
        let scope = &self.scope;
        if scope.place == CursorPlace::Member {
            return self.members(out);
        }
        let tables = self.wants_table();
        let start = self.place.starts_statement();
        if !tables || start {
            if scope.aggregates {
                out.rank = AGGREGATE;
                self.functions(true, out);
                // Inside another call, which may turn out to be an aggregate: `summarize unknown(‸`.
                if self.in_call() {
                    self.columns(out);
                }
            } else {
                self.columns(out);
            }
            if let Some(right) = &scope.right {
                self.join_keys(right, out);
            }
        }
        self.variables(tables && !start, out);
        // A row is read: a table fits only in `in (…)` and functions over tables.
        if tables || start || scope.columns.is_none() || self.in_list() {
            self.tables(out);
        }
        if scope.right.is_some() {
            return;
        }
        if !tables || start {
            out.rank = FUNCTION;
            self.functions(false, out);
            out.rank = WORD;
            for (label, insert, meaning) in words::EXPRESSION_WORDS {
                if !start || insert.ends_with('(') {
                    let opened = insert.ends_with('(') && out.follows('(');
                    let insert = if opened { label } else { insert };
                    out.add(label, ItemKind::Keyword, || Parts::new(*insert, "", *meaning));
                }
            }
        }
        if tables || start || scope.columns.is_none() {
            self.sources(out);
        }
        out.rank = 50;
    }

    /// Whether only a table fits.
    fn wants_table(&self) -> bool {
        self.scope.place == CursorPlace::Table
    }

    /// Whether the word is an argument of a call.
    fn in_call(&self) -> bool {
        let before = self.place.open().and_then(|at| at.checked_sub(1)).and_then(|at| self.place.before.get(at));
        before.is_some_and(|t| t.kind == TokenKind::Name)
    }

    /// Whether the word is in the list of `in (…)`.
    fn in_list(&self) -> bool {
        ["in", "!in", "in~", "!in~", "has_any", "has_all"].iter().any(|w| self.place.opened_after(w))
    }

    /// The columns after a dot.
    pub(super) fn members(&self, out: &mut Collector<'_>) {
        out.rank = MEMBER;
        match &self.scope.members {
            Members::Columns(columns) => columns_of(columns, out),
            Members::Database(database) => {
                self.tables_of(database.as_deref(), out);
                self.stored_functions(database.as_deref(), out);
            }
            Members::Value => self.keys(out),
            Members::Unknown => {}
        }
        out.rank = 50;
    }

    /// Properties of a dynamic value that the text reads elsewhere, by the same name: nothing else is known of them.
    fn keys(&self, out: &mut Collector<'_>) {
        let (tokens, _) = kql_syntax::lex(self.place.text);
        let Some(base) = self.place.previous(2).map(|t| self.place.text_of(t)) else { return };
        for window in tokens.windows(3) {
            if let [name, dot, key] = window
                && dot.kind == TokenKind::Dot
                && key.kind.is_word()
                && key.span.start != self.place.replace.start
                && name.span.text(self.place.text) == base
            {
                out.name(key.span.text(self.place.text), ItemKind::Column, "dynamic", "Read elsewhere in the text.");
            }
        }
    }

    /// The columns of the row.
    pub(super) fn columns(&self, out: &mut Collector<'_>) {
        out.rank = COLUMN;
        match (&self.scope.columns, &self.scope.right) {
            // A bare key of a join is a column of both sides.
            (Some(left), Some(right)) => {
                let both = left.columns.iter().filter(|c| right.column(&c.name).is_some());
                for column in both {
                    out.name(&column.name, ItemKind::Column, column.ty.name(), "A column of both sides.");
                }
            }
            (Some(columns), None) => columns_of(columns, out),
            _ => {}
        }
        out.rank = 50;
    }

    fn join_keys(&self, right: &RowSchema, out: &mut Collector<'_>) {
        out.rank = VARIABLE;
        let left = self.scope.columns.as_ref().map_or(0, |c| c.columns.len());
        for (side, count) in [("$left", left), ("$right", right.columns.len())] {
            let insert = if self.place.rest().starts_with('.') { side.to_owned() } else { format!("{side}.") };
            let detail = format!("{count} columns");
            out.add(side, ItemKind::Variable, || Parts::new(insert, detail, "The rows of this side of the join."));
        }
    }

    /// Names of `let`, parameters, `as`, steps and elements of patterns.
    fn variables(&self, tables_only: bool, out: &mut Collector<'_>) {
        if self.scope.right.is_some() {
            return;
        }
        for (name, visible) in &self.scope.names {
            out.rank = VARIABLE;
            match visible {
                VisibleName::Scalar(..) | VisibleName::Row(_) if tables_only => {}
                VisibleName::Scalar(ty, value) => {
                    let detail = scalar_text(*ty, value.as_ref());
                    out.name(name, ItemKind::Variable, &detail, "");
                }
                VisibleName::Table(columns) => {
                    out.name(name, ItemKind::Table, &columns_text(columns), "");
                }
                VisibleName::Function(parameters) => {
                    let detail = || (function_text(name, parameters), String::new());
                    out.call(name, ItemKind::Function, parameters.is_empty(), detail);
                }
                VisibleName::Row(columns) => out.name(name, ItemKind::Variable, &columns_text(columns), ""),
                VisibleName::Other(what) => out.name(name, ItemKind::Variable, what, ""),
            }
        }
        out.rank = 50;
    }

    /// The tables of the database.
    fn tables(&self, out: &mut Collector<'_>) {
        out.rank = TABLE;
        self.tables_of(None, out);
        self.stored_functions(None, out);
        self.service_functions(false, out);
        if matches!(self.place.operator(), Some(("union" | "search" | "find", _))) && self.place.typed.is_empty() {
            out.rank = TABLE + 1;
            out.word("*", ItemKind::Table, "", "Every table.");
        }
        out.rank = 50;
    }

    /// The tables of one database.
    pub(super) fn tables_of(&self, database: Option<&str>, out: &mut Collector<'_>) {
        for name in self.catalog.table_names(database) {
            out.add(&name, ItemKind::Table, || {
                let detail = self.catalog.table(database, &name).map(|t| columns_text(&t)).unwrap_or_default();
                Parts::new(kql_syntax::print_name(&name), detail, "")
            });
        }
    }

    /// Built-in functions: aggregates or the others.
    fn functions(&self, aggregates: bool, out: &mut Collector<'_>) {
        for name in self.catalog.function_names() {
            if name.starts_with("__") || !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
                continue;
            }
            let spec = if aggregates { self.catalog.aggregate(name) } else { self.catalog.scalar_function(name) };
            let Some(spec) = spec else { continue };
            let kind = if aggregates { ItemKind::Aggregate } else { ItemKind::Function };
            if aggregates {
                out.rank = if OFTEN.contains(&name) { AGGREGATE } else { AGGREGATE + 1 };
            }
            // What times are mostly compared with.
            let is_time = self.scope.left == Some(ScalarType::Datetime) && matches!(name, "ago" | "now");
            let rank = out.rank;
            if is_time {
                out.rank = COLUMN - 1;
            }
            let none = spec.signatures.iter().all(|s| s.starts_with("()"));
            out.call(name, kind, none, || {
                let detail = spec.signatures.first().map(|s| signature_text(name, s)).unwrap_or_default();
                (detail, spec.doc.to_owned())
            });
            out.rank = rank;
        }
    }

    /// What makes rows at the start of a pipeline.
    fn sources(&self, out: &mut Collector<'_>) {
        let starts = self.place.starts_statement()
            || matches!(
                self.place.previous_kind(),
                Some(TokenKind::OpenParen | TokenKind::Equal | TokenKind::InputBar)
            );
        if !starts {
            return;
        }
        out.rank = WORD;
        for (label, insert) in words::SOURCES {
            let page = operator_page(label);
            let insert = if insert.ends_with('(') { (*insert).to_owned() } else { out.spaced(insert) };
            out.add(label, ItemKind::Operator, || {
                Parts::new(insert, page.map_or("", |p| p.syntax), page.map_or("", |p| p.meaning))
            });
        }
    }
}

pub(super) fn columns_of(schema: &RowSchema, out: &mut Collector<'_>) {
    for column in schema.columns.iter() {
        out.name(&column.name, ItemKind::Column, column.ty.name(), "");
    }
}

/// `long = 5`
pub(crate) fn scalar_text(ty: ScalarType, value: Option<&Value>) -> String {
    match value {
        Some(value) => {
            let text: String = kql_syntax::print_expr(&literal(value)).chars().take(60).collect();
            format!("{ty} = {text}")
        }
        None => ty.name().to_owned(),
    }
}

fn literal(value: &Value) -> kql_syntax::ast::Expr {
    let literal = kql_syntax::ast::Literal { value: value.clone(), hidden: false };
    kql_syntax::ast::Expr { kind: kql_syntax::ast::ExprKind::Literal(literal), span: kql_diagnostic::Span::default() }
}

/// `(Timestamp:datetime, DeviceId:string, …)`
pub(crate) fn columns_text(schema: &RowSchema) -> String {
    const SHOWN: usize = 6;
    let mut list: Vec<String> = schema.columns.iter().take(SHOWN).map(|c| format!("{}:{}", c.name, c.ty)).collect();
    if schema.columns.len() > SHOWN {
        list.push(format!("… {} columns", schema.columns.len()));
    } else if schema.open {
        list.push("…".to_owned());
    }
    format!("({})", list.join(", "))
}

/// `f(T:(*), x:long)`
pub(crate) fn function_text(name: &str, parameters: &[VisibleParameter]) -> String {
    let one = |p: &VisibleParameter| {
        let text = format!("{}:{}", p.name, p.ty);
        if p.optional { format!("[{text}]") } else { text }
    };
    format!("{name}({})", parameters.iter().map(one).collect::<Vec<_>>().join(", "))
}
