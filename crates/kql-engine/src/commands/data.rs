//! `.set`, `.append`, `.set-or-append`, `.set-or-replace`, `.ingest`.

use super::reply::{boolean, long, text};
use super::tables::with_schema;
use super::{Context, Reply, show};
use crate::errors::{self, Failure};
use crate::external;
use crate::function_files::{description, is_true, property};
use crate::tables::TableData;
use arrow::record_batch::RecordBatch;
use datafusion::error::DataFusionError;
use kql_diagnostic::{Diagnostic, Span, code};
use kql_syntax::ast::{Expr, ExprKind, Name, Property, Write};
use kql_types::{Column, RowSchema, Value};
use std::sync::Arc;
use std::time::Instant;

/// <https://learn.microsoft.com/kusto/management/data-ingestion/ingest-from-query>; the names are measured.
pub(super) const WRITTEN: &str =
    "ExtentId:guid OriginalSize:long ExtentSize:long CompressedSize:long IndexSize:long RowCount:long";
/// <https://learn.microsoft.com/kusto/management/data-ingestion/ingest-inline>
pub(super) const INLINE: &str = "ExtentId:guid";
/// <https://learn.microsoft.com/kusto/management/data-ingestion/ingest-from-storage>
pub(super) const FILES: &str = "ExtentId:guid ItemLoaded Duration:timespan HasErrors:bool OperationId:guid";

/// A query's rows go to a table. Columns are matched by place: their types must be the table's, in order; names do not
/// count. `.set-or-replace` keeps the table's columns unless `recreate_schema = true`; `extend_schema = true` lets the query
/// have further ones.
pub(super) fn write(
    verb: Write,
    table: &Name,
    properties: &[Property],
    context: Context<'_>,
) -> Result<Reply, Failure> {
    let Some(result) = &context.input else {
        return Err(context.refuse(code::SYNTAX, "a query is needed after '<|'").into());
    };
    let (recreate, extend) = (is_true(properties, "recreate_schema"), is_true(properties, "extend_schema"));
    context.session.change(|databases| {
        let own = &mut databases.own;
        let have = own.tables.get(&table.text);
        match (verb, have) {
            (Write::Set, Some(_)) => {
                let message = format!("the table '{}' exists already", table.text);
                let help = "write .set-or-append, .set-or-replace or .append";
                return Err(Diagnostic::error(code::ENTITY_EXISTS, table.span, message).with_help(help).into());
            }
            (Write::Append, None) => return Err(show::no_table(own, table, &context)),
            _ => {}
        }
        let query = stored(&result.schema);
        let schema = match have {
            Some(data) if !(recreate && verb == Write::SetOrReplace) => {
                match_types(&data.schema, &query, extend && data.files.is_empty(), table, &context)?
            }
            _ => query,
        };
        let kept = match have {
            Some(data) if verb != Write::SetOrReplace => conform(&data.batches, &schema, context.span)?,
            _ => Vec::new(),
        };
        let new = conform(&result.batches, &schema, context.span)?;
        let reply = written(&new, &context);
        let files = match have {
            Some(data) if verb != Write::SetOrReplace => data.files.clone(),
            _ => Vec::new(),
        };
        let batches = kept.into_iter().chain(new.into_iter().filter(|b| b.num_rows() > 0)).collect();
        own.tables.insert(table.text.as_str(), TableData { schema, batches, files });
        let says = ["folder", "docstring"].iter().any(|p| property(properties, p).is_some());
        if says {
            own.described.insert(Arc::from(table.text.as_str()), description(properties));
        }
        databases.version += 1;
        Ok(reply)
    })
}

/// The columns a table gets from a query: what has no type becomes dynamic.
fn stored(schema: &RowSchema) -> RowSchema {
    let known = |c: &Column| match c.ty {
        kql_types::ScalarType::Unknown => Column { ty: kql_types::ScalarType::Dynamic, ..c.clone() },
        _ => c.clone(),
    };
    schema.columns.iter().map(known).collect()
}

/// The table's columns, when the query's types fit.
fn match_types(
    have: &RowSchema,
    query: &RowSchema,
    extend: bool,
    table: &Name,
    context: &Context<'_>,
) -> Result<RowSchema, Failure> {
    let types = |s: &RowSchema| s.columns.iter().map(|c| c.ty.name()).collect::<Vec<_>>().join(", ");
    let same = have.columns.iter().zip(query.columns.iter()).all(|(a, b)| a.ty == b.ty);
    let count = (have.columns.len(), query.columns.len());
    if same && count.0 == count.1 {
        return Ok(have.clone());
    }
    let further = query.columns.iter().skip(count.0);
    if same && extend && count.1 > count.0 && further.clone().all(|c| have.column(&c.name).is_none()) {
        return Ok(have.columns.iter().chain(further).cloned().collect());
    }
    let message = format!(
        "the query's columns do not fit the table '{}': ({}) is needed, ({}) was given",
        table.text,
        types(have),
        types(query)
    );
    let help = "project the columns in the table's order and convert them: tolong(…), tostring(…)";
    Err(context.refuse(code::OPERAND, message).with_help(help).into())
}

/// Batches under the names of a schema; columns beyond theirs are empty.
fn conform(batches: &[RecordBatch], schema: &RowSchema, span: Span) -> Result<Vec<RecordBatch>, Failure> {
    let one = |batch: &RecordBatch| {
        let mut columns = batch.columns().to_vec();
        for column in schema.columns.iter().skip(columns.len()) {
            columns.push(super::tables::empty(column.ty, batch.num_rows()));
        }
        with_schema(schema, columns, batch.num_rows())
    };
    batches.iter().map(one).collect::<Result<_, DataFusionError>>().map_err(|e| errors::of_engine(&e, span))
}

fn written(batches: &[RecordBatch], context: &Context<'_>) -> Reply {
    let rows: usize = batches.iter().map(RecordBatch::num_rows).sum();
    let bytes: usize = batches.iter().map(RecordBatch::get_array_memory_size).sum();
    let reply = Reply::new(WRITTEN);
    if rows == 0 {
        return reply;
    }
    reply.with(vec![context.fresh_guid(), long(bytes), long(bytes), long(bytes), long(0), long(rows)])
}

/// `.ingest inline`: the rows are CSV, unless `format` says otherwise, or stand in brackets.
pub(super) fn inline(
    table: &Name,
    properties: &[Property],
    rows: Span,
    bracketed: bool,
    context: &Context<'_>,
) -> Result<Reply, Failure> {
    let schema = target(table, context)?;
    let content = rows.text(context.text);
    let format = property(properties, "format").map_or_else(|| "csv".to_owned(), |f| f.to_ascii_lowercase());
    let content = if bracketed { unbracketed(content) } else { content.trim_start_matches([' ', '\t']).to_owned() };
    let content = content.strip_prefix("\r\n").or_else(|| content.strip_prefix('\n')).unwrap_or(&content);
    let skip = is_true(properties, "ignoreFirstRecord");
    let batch = external::records(content.as_bytes(), &format, skip, &schema, ".ingest")
        .map_err(|e| errors::of_engine(&e, context.span))?;
    append(table, &schema, vec![batch], context)?;
    Ok(Reply::new(INLINE).with(vec![context.fresh_guid()]))
}

/// `[a,1][b,2]` as lines.
fn unbracketed(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut quoted = false;
    for c in text.trim().chars() {
        match c {
            '"' => {
                quoted = !quoted;
                out.push(c);
            }
            '[' if !quoted => {}
            ']' if !quoted => out.push('\n'),
            _ => out.push(c),
        }
    }
    out
}

/// `.ingest into`: local files, where the operator allows it, as for `externaldata`.
pub(super) fn files(
    table: &Name,
    sources: &[Expr],
    properties: &[Property],
    context: &Context<'_>,
) -> Result<Reply, Failure> {
    let schema = target(table, context)?;
    let mut values: Vec<(String, Value)> = Vec::new();
    for name in ["format", "ignoreFirstRecord"] {
        values.extend(property(properties, name).map(|value| (name.to_owned(), Value::String(value))));
    }
    let mut reply = Reply::new(FILES);
    let operation = context.fresh_guid();
    for source in sources {
        let ExprKind::Literal(literal) = &source.kind else { continue };
        let Value::String(path) = &literal.value else { continue };
        let start = Instant::now();
        let batches = context
            .session
            .external()
            .read(".ingest", std::slice::from_ref(path), &values, &schema)
            .map_err(|e| errors::of_engine(&e, source.span))?;
        append(table, &schema, batches, context)?;
        reply.push(vec![
            context.fresh_guid(),
            text(path.as_str()),
            Value::Timespan(Some(crate::session::ticks(start.elapsed()))),
            boolean(false),
            operation.clone(),
        ]);
    }
    Ok(reply)
}

/// The columns of a table that rows are to be read into; a published one that nothing was loaded for can be filled.
fn target(table: &Name, context: &Context<'_>) -> Result<RowSchema, Failure> {
    let databases = context.session.databases();
    let loaded = databases.own.tables.get(&table.text).map(|data| data.schema.clone());
    let published = || kql_catalog::run_schema(context.session.profile(), &table.text).cloned();
    loaded.or_else(published).ok_or_else(|| show::no_table(&databases.own, table, context))
}

fn append(table: &Name, schema: &RowSchema, new: Vec<RecordBatch>, context: &Context<'_>) -> Result<(), Failure> {
    context.session.change(|databases| {
        let own = &mut databases.own;
        let kept = match own.tables.get(&table.text) {
            Some(data) => conform(&data.batches, schema, context.span)?,
            None => Vec::new(),
        };
        let files = own.tables.get(&table.text).map(|data| data.files.clone()).unwrap_or_default();
        let batches = kept.into_iter().chain(new).collect();
        own.tables.insert(table.text.as_str(), TableData { schema: schema.clone(), batches, files });
        Ok(())
    })
}
