//! `.create table` and its kin, `.drop table`, `.rename table`, `.clear table`, `.alter table T folder`.

use super::reply::text;
use super::{Context, Reply, schema, show};
use crate::databases::{DATABASE, Database, Description};
use crate::errors::{self, Failure};
use crate::function_files::{description, property};
use crate::tables::{TableData, arrow_schema};
use arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions, StringViewArray, new_null_array};
use datafusion::error::Result as EngineResult;
use kql_diagnostic::code;
use kql_functions::arrow_type;
use kql_syntax::ast::{Define, Name, Property, TypeName};
use kql_types::{Column, RowSchema, ScalarType};
use std::sync::Arc;

/// <https://learn.microsoft.com/kusto/management/create-table-command>
pub(super) const DEFINED: &str = "TableName Schema DatabaseName Folder DocString";
/// <https://learn.microsoft.com/kusto/management/drop-table-command>
pub(super) const REMAINING: &str = "TableName DatabaseName";
/// <https://learn.microsoft.com/kusto/management/clear-table-data-command>
pub(super) const CLEARED: &str = "Status";

/// `.create table`: a table that is there stays as it is, even when its columns differ. `.create-merge table`: new columns
/// are added. `.alter table`: the columns are exactly these. `.alter-merge table`: as create-merge, of a table that is
/// there. A column cannot change its type.
pub(super) fn define(
    how: Define,
    table: &Name,
    columns: &[(Name, TypeName)],
    based_on: Option<&Name>,
    properties: &[Property],
    context: &Context<'_>,
) -> Result<Reply, Failure> {
    let described = description(properties);
    let says = ["folder", "docstring"].iter().any(|p| property(properties, p).is_some());
    context.session.change(|databases| {
        let own = &mut databases.own;
        let published = |name: &str| kql_catalog::run_schema(context.session.profile(), name).cloned();
        let wanted = match based_on {
            Some(other) => {
                let known = own.tables.get(&other.text).map(|d| d.schema.clone()).or_else(|| published(&other.text));
                known.ok_or_else(|| show::no_table(own, other, context))?
            }
            None => wanted(columns, context)?,
        };
        let schema = match (own.tables.get(&table.text).map(|d| d.schema.clone()), how) {
            (Some(have), Define::Create) => have,
            (Some(have), Define::Alter) => {
                conflicts(&have, &wanted, context)?;
                wanted
            }
            (Some(have), _) => {
                conflicts(&have, &wanted, context)?;
                let new = wanted.columns.iter().filter(|c| have.column(&c.name).is_none());
                RowSchema::new(have.columns.iter().chain(new).cloned().collect::<Vec<_>>())
            }
            (None, Define::Create | Define::CreateMerge) => wanted,
            (None, _) => return Err(show::no_table(own, table, context)),
        };
        let have = own.tables.get(&table.text).map(|d| d.schema == schema);
        if have != Some(true) {
            let batches = match own.tables.get(&table.text) {
                Some(data) if !data.files.is_empty() => {
                    let message =
                        format!("the rows of '{}' are read from files: its columns cannot change", table.text);
                    let help = format!("copy the table first: .set Copy <| {}", table.text);
                    return Err(context.refuse(code::UNSUPPORTED, message).with_help(help).into());
                }
                Some(data) => data.batches.iter().map(|b| reshaped(b, &data.schema, &schema)).collect(),
                None => Ok(Vec::new()),
            };
            let batches = batches.map_err(|e| errors::of_engine(&e, context.span))?;
            own.tables.insert(table.text.as_str(), TableData::new(schema.clone(), batches));
            databases.version += 1;
        }
        let own = &mut databases.own;
        if says && (have.is_none() || how != Define::Create) {
            own.described.insert(Arc::from(table.text.as_str()), described.clone());
        }
        Ok(defined(own, &table.text, &schema))
    })
}

fn defined(own: &Database, table: &str, columns: &RowSchema) -> Reply {
    let described = own.described.get(table).cloned().unwrap_or_default();
    let json = schema::table_json(table, columns, &described);
    Reply::new(DEFINED).with(show::schema_row(table, json, described))
}

fn wanted(columns: &[(Name, TypeName)], context: &Context<'_>) -> Result<RowSchema, Failure> {
    let mut out: Vec<Column> = Vec::with_capacity(columns.len());
    for (name, ty) in columns {
        if out.iter().any(|c| *c.name == *name.text) {
            let message = format!("the column '{}' is there twice", name.text);
            return Err(kql_diagnostic::Diagnostic::error(code::DUPLICATE_COLUMN, name.span, message).into());
        }
        out.push(Column::new(name.text.as_str(), ty.ty));
    }
    if out.is_empty() {
        return Err(context.refuse(code::SYNTAX, "a table needs at least one column").into());
    }
    Ok(RowSchema::new(out))
}

/// A column that is there with another type.
fn conflicts(have: &RowSchema, wanted: &RowSchema, context: &Context<'_>) -> Result<(), Failure> {
    for column in wanted.columns.iter() {
        if let Some(old) = have.column(&column.name).filter(|old| old.ty != column.ty) {
            let message =
                format!("the column '{}' is of type {}, and cannot become {}", column.name, old.ty, column.ty);
            return Err(context.refuse(code::OPERAND, message).into());
        }
    }
    Ok(())
}

/// A batch with the columns of another schema: those it has by name, the others empty.
fn reshaped(batch: &RecordBatch, from: &RowSchema, to: &RowSchema) -> EngineResult<RecordBatch> {
    let column = |c: &Column| -> ArrayRef {
        match from.index_of(&c.name).and_then(|at| batch.columns().get(at)) {
            Some(array) => Arc::clone(array),
            None => empty(c.ty, batch.num_rows()),
        }
    };
    with_schema(to, to.columns.iter().map(column).collect(), batch.num_rows())
}

/// Values of a column that was never there.
pub(super) fn empty(ty: ScalarType, rows: usize) -> ArrayRef {
    if ty == ScalarType::String {
        return Arc::new(StringViewArray::from_iter_values(std::iter::repeat_n("", rows)));
    }
    new_null_array(&arrow_type(ty), rows)
}

/// Arrays as a batch of a schema.
pub(super) fn with_schema(schema: &RowSchema, columns: Vec<ArrayRef>, rows: usize) -> EngineResult<RecordBatch> {
    let options = RecordBatchOptions::new().with_row_count(Some(rows));
    Ok(RecordBatch::try_new_with_options(arrow_schema(schema), columns, &options)?)
}

/// `.drop table T [ifexists]`: gives the tables that remain.
pub(super) fn drop_tables(tables: &[Name], if_exists: bool, context: &Context<'_>) -> Result<Reply, Failure> {
    context.session.change(|databases| {
        let own = &mut databases.own;
        if let Some(missing) = tables.iter().find(|t| own.tables.get(&t.text).is_none() && !if_exists) {
            return Err(show::no_table(own, missing, context));
        }
        for table in tables {
            own.tables.remove(&table.text);
            own.described.remove(table.text.as_str());
        }
        databases.version += 1;
        let mut reply = Reply::new(REMAINING);
        databases.own.tables.names().for_each(|name| reply.push(vec![text(&**name), text(DATABASE)]));
        Ok(reply)
    })
}

/// `.rename table A to B`, `.rename tables B = A, …`: all at once, so that names can be swapped.
/// <https://learn.microsoft.com/kusto/management/rename-table-command>
pub(super) fn rename(pairs: &[(Name, Name)], context: &Context<'_>) -> Result<Reply, Failure> {
    context.session.change(|databases| {
        let own = &mut databases.own;
        let mut taken = Vec::with_capacity(pairs.len());
        for (from, to) in pairs {
            let Some(data) = own.tables.remove(&from.text) else { return Err(show::no_table(own, from, context)) };
            taken.push((to, data, own.described.remove(from.text.as_str())));
        }
        let mut reply = Reply::new(show::TABLES);
        for (to, data, described) in taken {
            if own.tables.get(&to.text).is_some() {
                let message = format!("a table '{}' exists already", to.text);
                return Err(context.refuse(code::ENTITY_EXISTS, message).into());
            }
            own.tables.insert(to.text.as_str(), data);
            if let Some(described) = described {
                own.described.insert(Arc::from(to.text.as_str()), described);
            }
            reply.push(show::table_row(own, &to.text));
        }
        databases.version += 1;
        Ok(reply)
    })
}

/// `.clear table T data`
pub(super) fn clear(table: &Name, context: &Context<'_>) -> Result<Reply, Failure> {
    context.session.change(|databases| {
        let own = &mut databases.own;
        let Some(data) = own.tables.get(&table.text) else { return Err(show::no_table(own, table, context)) };
        let schema = data.schema.clone();
        own.tables.insert(table.text.as_str(), TableData::new(schema, Vec::new()));
        Ok(Reply::new(CLEARED).with(vec![text("Completed")]))
    })
}

/// `.alter table T folder 'f'`, `.alter table T docstring 'd'`.
pub(super) fn describe(table: &Name, docstring: bool, says: &str, context: &Context<'_>) -> Result<Reply, Failure> {
    context.session.change(|databases| {
        let own = &mut databases.own;
        let Some(schema) = own.tables.get(&table.text).map(|d| d.schema.clone()) else {
            return Err(show::no_table(own, table, context));
        };
        let described: &mut Description = own.described.entry(Arc::from(table.text.as_str())).or_default();
        if docstring {
            described.docstring = says.to_owned();
        } else {
            described.folder = says.to_owned();
        }
        Ok(defined(own, &table.text, &schema))
    })
}
