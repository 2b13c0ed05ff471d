//! `union`.

use crate::binder::{Binder, table};
use crate::bound::{Expr, ExprKind, NamedExpr, Table, TableKind};
use crate::convert::convert;
use crate::expression::unlabelled;
use crate::operators::project_away::matches;
use crate::scope::{Entity, TableEntity};
use kql_diagnostic::{Diagnostic, Span, code};
use kql_syntax::ast;
use kql_types::{Column, RowSchema, ScalarType, Value};
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Cells of leg times column beyond which a union of many wide tables is refused when it would run.
const MAX_CELLS: usize = 1_000_000;

/// How the legs of a union become one table.
#[derive(Clone, Debug, Default)]
pub(crate) struct UnionShape {
    /// `withsource=`: the first column, with each leg's label.
    pub(crate) source: Option<Arc<str>>,
    /// `kind=inner`: only columns that every leg has.
    pub(crate) inner: bool,
    /// A leg without a name is called `union_argN`, or `search_argN`.
    pub(crate) search: bool,
    /// Legs that a wildcard named, by number.
    pub(crate) wild: HashSet<usize>,
}

impl<'s> Binder<'s> {
    /// `union [kind=…] [withsource=…] [isfuzzy=…] T, (…), W*`; `T | union …` has the left side as first leg.
    pub(crate) fn union(
        &mut self,
        input: Option<TableEntity>,
        parameters: &'s [ast::Property],
        tables: &'s [ast::Expr],
        span: Span,
    ) -> Arc<Table> {
        let property = |name: &str| Self::property_word(parameters, name);
        let source = property("withsource").or_else(|| property("with_source"));
        let fuzzy = ["isfuzzy", "__isfuzzy", "best_effort"].into_iter().any(|n| Self::property_true(parameters, n));
        // The public analyzer shows the columns of an outer union in any case.
        let inner = property("kind").is_some_and(|(w, _)| w.eq_ignore_ascii_case("inner")) && self.measured();
        let mut shape =
            UnionShape { source: source.map(|(n, _)| Arc::from(n)), inner, search: false, wild: HashSet::new() };
        let mut legs: Vec<TableEntity> = Vec::new();
        legs.extend(input);
        let mut resolved = !legs.is_empty();
        for leg in tables {
            let before = legs.len();
            self.union_leg(leg, fuzzy, &mut legs);
            if names_by_pattern(leg) {
                shape.wild.extend(before..legs.len());
            }
            resolved |= legs.len() > before;
        }
        if !resolved && fuzzy {
            self.refused_by_engine(code::UNKNOWN_NAME, span, "none of the tables of the union exists");
            return self.unknown_table(span);
        }
        self.union_of(&legs, &shape, span)
    }

    /// Binds one leg; a wildcard is many.
    fn union_leg(&mut self, e: &'s ast::Expr, fuzzy: bool, legs: &mut Vec<TableEntity>) {
        match &e.kind {
            ast::ExprKind::Parenthesized(inner) if is_pattern(inner) => self.union_leg(inner, fuzzy, legs),
            ast::ExprKind::Star => self.wildcard_tables(self.home.clone().as_ref(), "*", e.span, legs),
            ast::ExprKind::Wildcard(pattern) => {
                self.wildcard_tables(self.home.clone().as_ref(), &pattern.text, e.span, legs);
            }
            ast::ExprKind::Member { base, member } if databases_pattern(base).is_some() => {
                let pattern = databases_pattern(base).unwrap_or("*");
                self.wildcard_databases(pattern, member, e.span, legs);
            }
            ast::ExprKind::Member { base, member } if is_pattern(member) => {
                let pattern = match &member.kind {
                    ast::ExprKind::Wildcard(name) => name.text.as_str(),
                    _ => "*",
                };
                match self.without_row(|b| b.entity(base)) {
                    Entity::Database(database) if database.unknown => {
                        legs.push(unlabelled(self.unknown_table(e.span)));
                    }
                    Entity::Database(database) => self.wildcard_tables(database.name.as_ref(), pattern, e.span, legs),
                    Entity::Error => {}
                    _ => self.error(code::OPERAND, base.span, "a database is needed here"),
                }
            }
            ast::ExprKind::EntityGroup(members) => {
                for member in members {
                    self.union_leg(member, fuzzy, legs);
                }
            }
            ast::ExprKind::Missing => {}
            _ => {
                let outer = (std::mem::replace(&mut self.fuzzy, fuzzy), std::mem::take(&mut self.unresolved));
                self.expect_table(e);
                let entity = self.without_row(|b| b.entity(e));
                let unresolved = self.unresolved;
                (self.fuzzy, self.unresolved) = outer;
                if unresolved && (self.measured() || matches!(entity, Entity::Error)) {
                    return;
                }
                match entity {
                    Entity::Error => {}
                    Entity::Group(members) => {
                        for member in members {
                            self.union_leg(member, fuzzy, legs);
                        }
                    }
                    entity => {
                        let leg = self.demand_table(entity, e.span);
                        legs.push(leg);
                    }
                }
            }
        }
    }

    /// `database('D*').T*`, `database('D*').T`: in each database the pattern matches, the current one first.
    fn wildcard_databases(&mut self, databases: &str, member: &'s ast::Expr, span: Span, legs: &mut Vec<TableEntity>) {
        let tables = match &member.kind {
            ast::ExprKind::Wildcard(name) | ast::ExprKind::Name(name) => name.text.as_str(),
            ast::ExprKind::Star => "*",
            _ => {
                self.error(code::SYNTAX, member.span, "a table or a pattern is needed here");
                return;
            }
        };
        let before = legs.len();
        let current = self.catalog.current_database();
        let (databases, pattern) = (self.catalog.database_names(), databases.to_lowercase());
        for database in databases.iter().filter(|d| matches(&pattern, &d.to_lowercase())) {
            let database = (!database.eq_ignore_ascii_case(current)).then_some(database);
            for name in self.catalog.table_names(database.map(|d| &**d)) {
                if matches(tables, &name) {
                    legs.extend(self.catalog_table(database, &name, span));
                }
            }
        }
        if legs.len() == before {
            let message = format!("no table of the databases '{pattern}' matches '{tables}'");
            self.report(Diagnostic::error(code::UNKNOWN_NAME, span, message));
        }
    }

    /// The tables a pattern matches, then the views of the script.
    pub(crate) fn wildcard_tables(
        &mut self,
        database: Option<&Arc<str>>,
        pattern: &str,
        span: Span,
        legs: &mut Vec<TableEntity>,
    ) {
        let before = legs.len();
        for name in self.catalog.table_names(database.map(|d| &**d)) {
            if matches(pattern, &name) {
                if !self.spend(1, span) {
                    return;
                }
                legs.extend(self.catalog_table(database, &name, span));
            }
        }
        for name in self.catalog.stored_function_names(database.map(|d| &**d)) {
            if !matches(pattern, &name) {
                continue;
            }
            let view = self.stored_function(database.map(|d| &**d), &name).filter(|f| f.function.view);
            let Some(view) = view.filter(|v| !self.expanding.iter().any(|f| std::ptr::eq(*f, v.function))) else {
                continue;
            };
            let entity = self.without_row(|b| b.expand(&view, Vec::new(), span));
            let table = self.demand_table(entity, span).table;
            legs.push(TableEntity { table, label: Some(Arc::from(view.name)) });
        }
        if database.is_none() {
            let mut views: Vec<(&'s str, crate::scope::Closure<'s>)> = self
                .scopes
                .visible(self.scope)
                .into_iter()
                .filter_map(|(name, entity)| match entity {
                    Entity::Function(closure) if closure.function.view => Some((name, closure.clone())),
                    _ => None,
                })
                .filter(|(name, view)| {
                    matches(pattern, name) && !self.is_restricted(name, &Entity::Function(view.clone()))
                })
                .collect();
            views.reverse();
            for (_, view) in views {
                let entity = self.without_row(|b| b.expand(&view, Vec::new(), span));
                let table = self.demand_table(entity, span).table;
                legs.push(TableEntity { table, label: Some(Arc::from(view.name)) });
            }
        }
        if legs.len() == before {
            self.report(Diagnostic::error(code::UNKNOWN_NAME, span, format!("no table matches '{pattern}'")));
        }
    }

    /// The union of legs: columns by first appearance, matched by name. A name with several types is split into `name_type`
    /// columns.
    pub(crate) fn union_of(&mut self, legs: &[TableEntity], shape: &UnionShape, span: Span) -> Arc<Table> {
        let columns = self.union_columns(legs, shape);
        let open = legs.iter().any(|l| l.table.schema.open);
        let mut fields: Vec<Column> = Vec::with_capacity(columns.len() + 1);
        if let Some(source) = &shape.source {
            fields.push(Column { name: Arc::clone(source), ty: ScalarType::String });
        }
        fields.extend(columns.iter().map(|c| Column { name: Arc::clone(&c.name), ty: c.ty }));
        let schema = RowSchema { columns: fields.into(), open };
        // A tree that will not run needs no legs with all columns written out.
        if !self.options.run || self.cursor.is_some() {
            let legs = legs.iter().map(|l| Arc::clone(&l.table)).collect();
            return table(TableKind::Union { legs }, schema, span, false);
        }
        let labels = labels(legs, if shape.search { "search" } else { "union" }, self.catalog.current_database());
        let mut tables = Vec::with_capacity(legs.len());
        for (leg, label) in legs.iter().zip(labels) {
            if self.is_known_empty(&leg.table) {
                continue;
            }
            if tables.len().saturating_mul(columns.len()) > MAX_CELLS {
                let message = format!("a union of {} tables with {} columns is too large", legs.len(), columns.len());
                self.error_help(
                    code::LIMIT,
                    span,
                    message,
                    "name the tables that are needed, or project their columns first",
                );
                break;
            }
            tables.push(leg_as(&leg.table, shape, &columns, &label, &schema, span));
        }
        let kind = if tables.is_empty() { TableKind::Empty } else { TableKind::Union { legs: tables } };
        table(kind, schema, span, false)
    }

    /// Legs with one schema, that of their union: each is projected to it, those without rows too.
    pub(crate) fn aligned(&mut self, legs: &[TableEntity], span: Span) -> (RowSchema, Vec<Arc<Table>>) {
        let shape = UnionShape::default();
        let columns = self.union_columns(legs, &shape);
        let fields: Vec<Column> = columns.iter().map(|c| Column { name: Arc::clone(&c.name), ty: c.ty }).collect();
        let schema = RowSchema { columns: fields.into(), open: legs.iter().any(|l| l.table.schema.open) };
        let tables = legs.iter().map(|leg| leg_as(&leg.table, &shape, &columns, "", &schema, span)).collect();
        (schema, tables)
    }

    /// A bare table without rows adds its columns and nothing else.
    fn is_known_empty(&self, leg: &Arc<Table>) -> bool {
        match &leg.kind {
            TableKind::Source { database, name } => self.catalog.is_empty(database.as_deref(), name),
            TableKind::Empty => true,
            _ => false,
        }
    }

    fn union_columns(&self, legs: &[TableEntity], shape: &UnionShape) -> Vec<UnionColumn> {
        // The public analyzer splits a name only when the first two legs that have it differ in its type.
        let analyzer = !self.measured();
        // Names by first appearance, each with its types by first appearance.
        let mut order: Vec<Appearance<'_>> = Vec::new();
        let mut index: HashMap<&str, usize> = HashMap::new();
        // A published table that nothing was loaded for and a wildcard names adds its columns; its types split nothing, as in
        // a workspace that does not have it.
        let mut absent: HashSet<&str> = HashSet::new();
        for (column, unloaded) in legs.iter().enumerate().flat_map(|(at, leg)| {
            let unloaded = !analyzer && shape.wild.contains(&at) && self.is_known_empty(&leg.table);
            leg.table.schema.columns.iter().map(move |column| (column, unloaded))
        }) {
            let at = match index.entry(&column.name) {
                Entry::Occupied(at) => *at.get(),
                Entry::Vacant(slot) => {
                    slot.insert(order.len());
                    if unloaded {
                        absent.insert(&column.name);
                    }
                    order.push(Appearance { name: &column.name, first: column.ty, others: Vec::new(), legs: 1 });
                    continue;
                }
            };
            let seen = &mut order[at];
            seen.legs += 1;
            if unloaded {
                continue;
            }
            if absent.remove(&*column.name) {
                seen.first = column.ty;
                continue;
            }
            let agreed = analyzer && seen.legs > 2 && seen.others.is_empty();
            if column.ty != seen.first && !agreed && !seen.others.contains(&column.ty) {
                seen.others.push(column.ty);
            }
        }
        if shape.inner {
            order.retain(|seen| seen.legs == legs.len());
        }
        // On the engine a split name gives way to a column of that name; in the analyzer, the one that comes later does.
        let mut taken: HashSet<Arc<str>> = shape.source.iter().cloned().collect();
        let mut columns = Vec::with_capacity(order.len());
        for seen in order {
            let mut types = std::iter::once(seen.first).chain(seen.others.iter().copied());
            // What is not known agrees with what is.
            let known = types.clone().filter(|t| *t != ScalarType::Unknown).count();
            if known <= 1 {
                let ty = types.find(|t| *t != ScalarType::Unknown).unwrap_or(ScalarType::Unknown);
                let name = if taken.contains(seen.name) {
                    unused(seen.name, |n| taken.contains(n) || (!analyzer && index.contains_key(n)))
                } else {
                    Arc::clone(seen.name)
                };
                taken.insert(Arc::clone(&name));
                columns.push(UnionColumn { name, source: Arc::clone(seen.name), ty, split: false });
                continue;
            }
            for ty in types.filter(|t| *t != ScalarType::Unknown) {
                let wanted = format!("{}_{ty}", seen.name);
                let is_taken = |n: &str| taken.contains(n) || (!analyzer && index.contains_key(n));
                let name: Arc<str> = if is_taken(&wanted) { unused(&wanted, is_taken) } else { Arc::from(wanted) };
                // In the analyzer a column of that name that came before keeps it.
                let before = analyzer && columns.iter().any(|c: &UnionColumn| c.name == name);
                let name = if before { unused(&name, |n| columns.iter().any(|c| *c.name == *n)) } else { name };
                taken.insert(Arc::clone(&name));
                columns.push(UnionColumn { name, source: Arc::clone(seen.name), ty, split: true });
            }
        }
        columns
    }
}

/// A name with the types it has in the legs.
struct Appearance<'a> {
    name: &'a Arc<str>,
    first: ScalarType,
    others: Vec<ScalarType>,
    legs: usize,
}

/// The name with the first number that makes it one that is not taken.
fn unused(name: &str, taken: impl Fn(&str) -> bool) -> Arc<str> {
    let mut n = 1usize;
    loop {
        let numbered = format!("{name}{n}");
        if !taken(&numbered) {
            return Arc::from(numbered);
        }
        n += 1;
    }
}

/// A column of a union.
#[derive(Clone, Debug)]
struct UnionColumn {
    name: Arc<str>,
    source: Arc<str>,
    ty: ScalarType,
    split: bool,
}

/// What `withsource` says of each leg: the table's name, else `union_argN`. When a leg is of another database, every table is
/// named with its database.
fn labels(legs: &[TableEntity], operator: &str, current: &str) -> Vec<String> {
    let database = |leg: &TableEntity| match &leg.table.kind {
        TableKind::Source { database: Some(database), .. } => Some(Arc::clone(database)),
        _ => None,
    };
    let qualified = legs.iter().any(|l| database(l).is_some_and(|d| !d.eq_ignore_ascii_case(current)));
    legs.iter()
        .enumerate()
        .map(|(at, leg)| {
            let label = leg.label.as_ref().map_or_else(|| format!("{operator}_arg{at}"), |l| l.to_string());
            if qualified {
                let database = database(leg).map_or_else(|| current.to_owned(), |d| d.to_string());
                format!("database(\"{database}\").{label}")
            } else {
                label
            }
        })
        .collect()
}

fn leg_as(
    leg: &Arc<Table>,
    shape: &UnionShape,
    columns: &[UnionColumn],
    label: &str,
    schema: &RowSchema,
    span: Span,
) -> Arc<Table> {
    let mut exprs = Vec::with_capacity(schema.columns.len());
    if let Some(source) = &shape.source {
        let value = Expr { kind: ExprKind::Literal(Value::String(label.to_owned())), ty: ScalarType::String, span };
        exprs.push(NamedExpr { name: Arc::clone(source), value });
    }
    let own: HashMap<&str, &Column> = leg.schema.columns.iter().map(|c| (&*c.name, c)).collect();
    for column in columns {
        let have = own.get(&*column.source).filter(|c| !column.split || c.ty == column.ty);
        let value = match have {
            Some(have) => {
                let value = Expr { kind: ExprKind::Column(Arc::clone(&have.name)), ty: have.ty, span };
                convert(value, column.ty)
            }
            None => Expr { kind: ExprKind::Literal(Value::null(column.ty)), ty: column.ty, span },
        };
        exprs.push(NamedExpr { name: Arc::clone(&column.name), value });
    }
    table(TableKind::Project { input: Arc::clone(leg), columns: exprs }, schema.clone(), span, false)
}

/// The pattern in `database('D*')`.
fn databases_pattern(e: &ast::Expr) -> Option<&str> {
    let ast::ExprKind::Call(call) = &e.kind else { return None };
    let [argument] = call.arguments.as_slice() else { return None };
    let pattern = crate::names::text_of(&argument.value).filter(|text| text.contains('*'))?;
    (call.name.text == "database").then_some(pattern)
}

/// Whether a leg is a wildcard, of the current database or of others.
fn names_by_pattern(e: &ast::Expr) -> bool {
    match &e.kind {
        ast::ExprKind::Parenthesized(inner) => names_by_pattern(inner),
        ast::ExprKind::Member { base, member } => is_pattern(member) || databases_pattern(base).is_some(),
        _ => is_pattern(e),
    }
}

fn is_pattern(e: &ast::Expr) -> bool {
    matches!(e.kind, ast::ExprKind::Wildcard(_) | ast::ExprKind::Star)
}
