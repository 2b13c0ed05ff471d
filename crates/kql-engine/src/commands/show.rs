//! `.show …`

use super::reply::{boolean, guid_of, long, text};
use super::{Context, Reply, functions, schema};
use crate::databases::{DATABASE, Database, Description};
use crate::errors::Failure;
use crate::tables::TableData;
use arrow::record_batch::RecordBatch;
use kql_syntax::ast::{Absent, Name, SchemaForm, Show, ShowTable};
use kql_types::{ScalarType, Value};
use std::sync::Arc;

/// <https://learn.microsoft.com/kusto/management/show-tables-command>
pub(super) const TABLES: &str = "TableName DatabaseName Folder DocString";
/// <https://learn.microsoft.com/kusto/management/show-table-details-command>
const DETAILS: &str = "TableName DatabaseName Folder DocString TotalExtents:long TotalExtentSize:real TotalOriginalSize:real \
    TotalRowCount:long HotExtents:long HotExtentSize:real HotOriginalSize:real HotRowCount:long AuthorizedPrincipals \
    RetentionPolicy CachingPolicy ShardingPolicy MergePolicy StreamingIngestionPolicy IngestionBatchingPolicy \
    MinExtentsCreationTime:datetime MaxExtentsCreationTime:datetime RowOrderPolicy TableId:guid";
const COLUMNS: &str = "AttributeName AttributeType ExtentSize:long CompressionRatio:real IndexSize:long \
    IndexSizePercent:real OriginalSize:long AttributeId:guid SharedIndexSize:long StorageEngineVersion";
const TABLE_SCHEMA: &str = "TableName Schema DatabaseName Folder DocString";
/// <https://learn.microsoft.com/kusto/management/show-databases>
const DATABASES: &str = "DatabaseName PersistentStorage Version IsCurrent:bool DatabaseAccessMode PrettyName \
    ReservedSlot1:bool DatabaseId:guid InTransitionTo SuspensionState";
const IDENTITY: &str = "DatabaseName PersistentStorage Version IsCurrent:bool DatabaseAccessMode PrettyName \
    CurrentUserIsUnrestrictedViewer:bool DatabaseId:guid InTransitionTo SuspensionState";
const ENTITIES: &str = "DatabaseName EntityType EntityName DocString Folder CslInputSchema Content CslOutputSchema \
    Properties:dynamic";
/// <https://learn.microsoft.com/kusto/management/queries>
const QUERIES: &str = "ClientActivityId Text Database StartedOn:datetime LastUpdatedOn:datetime Duration:timespan State \
    RootActivityId:guid User FailureReason TotalCpu:timespan CacheStatistics:dynamic Application MemoryPeak:long \
    ScannedExtentsStatistics:dynamic Principal ClientRequestProperties:dynamic ResultSetStatistics:dynamic WorkloadGroup \
    OverallQueryStats VirtualCluster";
const VERSION: &str = "BuildVersion BuildTime:datetime ServiceType ProductVersion ServiceOffering";
const CLUSTER: &str = "NodeId Address Name StartTime:datetime IsAdmin:bool MachineTotalMemory:long \
    MachineAvailableMemory:long ProcessorCount:int EnvironmentDescription";
/// <https://learn.microsoft.com/kusto/management/diagnostics>
const DIAGNOSTICS: &str = "IsHealthy:bool EnvironmentDescription IsScaleOutRequired:bool MachinesTotal:int \
    MachinesOffline:int NodeLastRestartedOn:datetime AdminLastElectedOn:datetime ExtentsTotal:int \
    DiskColdAllocationPercentage:int InstancesTargetBasedOnDataCapacity:int TotalOriginalDataSize:real \
    TotalExtentSize:real IngestionsLoadFactor:real IngestionsInProgress:long IngestionsSuccessRate:real \
    MergesInProgress:long BuildVersion BuildTime:datetime ClusterDataCapacityFactor:real IsDataWarmingRequired:bool \
    DataWarmingLastRunOn:datetime MergesSuccessRate:real NotHealthyReason IsAttentionRequired:bool \
    AttentionRequiredReason ProductVersion FailedIngestOperations:int FailedMergeOperations:int \
    MaxExtentsInSingleTable:int TableWithMaxExtents WarmExtentSize:real NumberOfDatabases:int";
const MATERIALIZED_VIEWS: &str = "Name SourceTable Query MaterializedTo:datetime LastRun:datetime LastRunResult \
    IsHealthy:bool IsEnabled:bool Folder DocString AutoUpdateSchema:bool EffectiveDateTime:datetime Lookback:timespan \
    LookbackColumn";
const EXTERNAL_TABLES: &str = "TableName TableType Folder DocString Properties ConnectionStrings:dynamic \
    Partitions:dynamic PathFormat";

/// The columns of what is shown.
pub(super) fn columns(show: &Show) -> &'static str {
    match show {
        Show::Tables { details: false, .. } => TABLES,
        Show::Tables { .. } | Show::Table { what: ShowTable::Details, .. } => DETAILS,
        Show::Table { what: ShowTable::Columns, .. } => COLUMNS,
        Show::Table { .. } => TABLE_SCHEMA,
        Show::Databases { entities: true, .. } => ENTITIES,
        Show::Databases { identity: true, .. } | Show::Database { identity: true } => IDENTITY,
        Show::Databases { .. } | Show::Database { .. } => DATABASES,
        Show::Schema { databases, current, form } => schema::columns(*form, databases.is_empty() && !current),
        Show::Functions | Show::Function(_) => functions::FUNCTIONS,
        Show::Queries | Show::RunningQueries => QUERIES,
        Show::Version => VERSION,
        Show::Cluster => CLUSTER,
        Show::Diagnostics => DIAGNOSTICS,
        Show::Nothing(Absent::MaterializedViews) => MATERIALIZED_VIEWS,
        Show::Nothing(Absent::ExternalTables) => EXTERNAL_TABLES,
    }
}

/// Shows.
pub(super) fn show(show: &Show, context: &Context<'_>) -> Result<Reply, Failure> {
    let databases = context.session.databases();
    let own = &databases.own;
    let mut reply = Reply::new(columns(show));
    match show {
        Show::Tables { names, details } => {
            for name in own.tables.names() {
                if names.is_empty() || names.iter().any(|n| *n.text == **name) {
                    let row = if *details { details_of(own, name, context) } else { table_row(own, name) };
                    reply.push(row);
                }
            }
            if let Some(missing) = names.iter().find(|n| own.tables.get(&n.text).is_none()) {
                return Err(no_table(own, missing, context));
            }
        }
        Show::Table { table, what } => show_table(own, table, *what, context, &mut reply)?,
        Show::Databases { entities: true, .. } => {
            for name in databases.names() {
                if let Some(database) = databases.get(Some(&name)) {
                    entities_of(&name, database, &mut reply);
                }
            }
        }
        Show::Databases { .. } => databases.names().iter().for_each(|name| reply.push(database_row(name))),
        Show::Database { .. } => reply.push(database_row(DATABASE)),
        Show::Schema { databases: names, current, form } => {
            let chosen: Vec<Arc<str>> = match (names.is_empty(), current) {
                (true, true) => vec![Arc::from(DATABASE)],
                (true, false) => databases.names(),
                _ => names
                    .iter()
                    .map(|name| {
                        let known = databases.names();
                        let known: Vec<&str> = known.iter().map(|n| &**n).collect();
                        databases.name_of(&name.text).ok_or_else(|| context.not_found("database", &name.text, &known))
                    })
                    .collect::<Result<_, _>>()?,
            };
            match form {
                SchemaForm::Rows => schema::rows(&databases, &chosen, &mut reply),
                SchemaForm::Json => reply.push(vec![text(schema::json(&databases, &chosen))]),
                SchemaForm::Script => schema::script(&databases, &chosen, &mut reply),
            }
        }
        Show::Functions => own.functions.iter().for_each(|(name, f)| reply.push(functions::row(name, f))),
        Show::Function(name) => match own.functions.get(name.text.as_str()) {
            Some(function) => reply.push(functions::row(&name.text, function)),
            None => return Err(functions::no_function(own, name, context).into()),
        },
        Show::Queries | Show::RunningQueries => {
            let running = matches!(show, Show::RunningQueries);
            let all = if running { context.session.running() } else { context.session.history() };
            for ran in all {
                let failed = ran.failure.is_some();
                reply.push(vec![
                    text(""),
                    text(ran.text),
                    text(DATABASE),
                    Value::Datetime(Some(ran.started)),
                    Value::Datetime(Some(ran.started.saturating_add(ran.duration))),
                    Value::Timespan(Some(ran.duration)),
                    text(if running {
                        "InProgress"
                    } else if failed {
                        "Failed"
                    } else {
                        "Completed"
                    }),
                    context.fresh_guid(),
                    text(""),
                    text(ran.failure.unwrap_or_default()),
                    Value::Timespan(None),
                    Value::Dynamic(None),
                    text("kql"),
                    long(ran.memory),
                    Value::Dynamic(None),
                    text(""),
                    Value::Dynamic(None),
                    Value::Dynamic(Some(format!("{{\"TableCount\":{},\"TotalRows\":{}}}", ran.tables, ran.rows))),
                    text("default"),
                    text(""),
                    text(""),
                ]);
            }
        }
        Show::Version => reply.push(vec![
            text(env!("CARGO_PKG_VERSION")),
            Value::Datetime(None),
            text("Engine"),
            text(concat!("kql ", env!("CARGO_PKG_VERSION"))),
            text("{\"Type\":\"kql\"}"),
        ]),
        Show::Cluster => reply.push(vec![
            text("kql"),
            text("localhost"),
            text("kql"),
            Value::Datetime(Some(context.session.started())),
            boolean(true),
            long(crate::options::machine_memory()),
            long(context.session.limits().memory),
            Value::Int(i32::try_from(context.session.limits().threads).ok()),
            text("local"),
        ]),
        Show::Diagnostics => reply.push(diagnostics(context)),
        Show::Nothing(_) => {}
    }
    Ok(reply)
}

fn show_table(
    own: &Database,
    table: &Name,
    what: ShowTable,
    context: &Context<'_>,
    reply: &mut Reply,
) -> Result<(), Failure> {
    let published = || kql_catalog::run_schema(context.session.profile(), &table.text).cloned();
    let loaded = own.tables.get(&table.text);
    let Some(schema) = loaded.map(|data| data.schema.clone()).or_else(published) else {
        return Err(no_table(own, table, context));
    };
    let described = own.described.get(table.text.as_str()).cloned().unwrap_or_default();
    match what {
        ShowTable::Details => reply.push(details_of(own, &table.text, context)),
        ShowTable::Json => {
            reply.push(schema_row(&table.text, schema::table_json(&table.text, &schema, &described), described))
        }
        ShowTable::Csl => reply.push(schema_row(&table.text, schema::csl(&schema), described)),
        ShowTable::Columns => {
            for (at, column) in schema.columns.iter().enumerate() {
                let sizes = loaded.map_or(0, |data| data.batches.iter().map(|b| column_size(b, at)).sum());
                reply.push(vec![
                    text(&*column.name),
                    text(storage_type(column.ty)),
                    long(sizes),
                    Value::Real(Some(if sizes == 0 { 0.0 } else { 1.0 })),
                    long(0),
                    Value::Real(Some(0.0)),
                    long(sizes),
                    guid_of(&format!("{}.{}", table.text, column.name)),
                    long(0),
                    text("V3"),
                ]);
            }
        }
    }
    Ok(())
}

/// `TableName Schema DatabaseName Folder DocString`.
pub(super) fn schema_row(table: &str, schema: String, described: Description) -> Vec<Value> {
    vec![text(table), text(schema), text(DATABASE), text(described.folder), text(described.docstring)]
}

pub(super) fn no_table(own: &Database, table: &Name, context: &Context<'_>) -> Failure {
    let known: Vec<&str> = own.tables.names().map(|n| &**n).collect();
    context.not_found("table", &table.text, &known).into()
}

/// `TableName DatabaseName Folder DocString`.
pub(super) fn table_row(own: &Database, name: &str) -> Vec<Value> {
    let described = own.described.get(name).cloned().unwrap_or_default();
    vec![text(name), text(DATABASE), text(described.folder), text(described.docstring)]
}

fn details_of(own: &Database, name: &str, context: &Context<'_>) -> Vec<Value> {
    let mut row = table_row(own, name);
    let empty = TableData::new(Vec::new().into_iter().collect(), Vec::new());
    let data = own.tables.get(name).unwrap_or(&empty);
    let rows = data.rows();
    let bytes: usize = data.batches.iter().map(RecordBatch::get_array_memory_size).sum();
    let extents = data.batches.iter().filter(|b| b.num_rows() > 0).count() + data.files.len();
    for _ in 0..2 {
        row.extend([long(extents), real(bytes), real(bytes), long(rows)]);
    }
    row.extend(std::iter::repeat_n(text(""), 7));
    let when = (extents > 0).then(|| context.session.started());
    row.extend([Value::Datetime(when), Value::Datetime(when), text(""), guid_of(name)]);
    row
}

fn real(n: usize) -> Value {
    Value::Real(Some(n as f64))
}

fn column_size(batch: &RecordBatch, at: usize) -> usize {
    batch.columns().get(at).map_or(0, |column| column.get_array_memory_size())
}

fn database_row(name: &str) -> Vec<Value> {
    vec![
        text(name),
        text(""),
        text("v1.0"),
        boolean(name == DATABASE),
        text("ReadWrite"),
        text(name),
        boolean(true),
        guid_of(name),
        text(""),
        text(""),
    ]
}

fn entities_of(name: &str, database: &Database, reply: &mut Reply) {
    for table in database.tables.names() {
        let described = database.described.get(table).cloned().unwrap_or_default();
        let csl = database.tables.get(table).map(|data| schema::csl(&data.schema)).unwrap_or_default();
        reply.push(vec![
            text(name),
            text("Table"),
            text(&**table),
            text(described.docstring),
            text(described.folder),
            text(""),
            text(""),
            text(csl),
            Value::Dynamic(None),
        ]);
    }
    for (function, f) in &database.functions {
        reply.push(vec![
            text(name),
            text("Function"),
            text(&**function),
            text(f.described.docstring.clone()),
            text(f.described.folder.clone()),
            text(&*f.parameters),
            text(&*f.body),
            text(""),
            Value::Dynamic(None),
        ]);
    }
}

fn diagnostics(context: &Context<'_>) -> Vec<Value> {
    let databases = context.session.databases();
    let started = Value::Datetime(Some(context.session.started()));
    let own = &databases.own;
    let of_table = |name: &Arc<str>| {
        let data = own.tables.get(name);
        (data.map_or(0, |d| d.batches.len()), Arc::clone(name))
    };
    let (most, largest) = own.tables.names().map(of_table).max_by_key(|(n, _)| *n).unwrap_or((0, Arc::from("")));
    let batches = || own.tables.names().filter_map(|n| own.tables.get(n)).flat_map(|data| &data.batches);
    let bytes: usize = batches().map(RecordBatch::get_array_memory_size).sum();
    let int = |n: usize| Value::Int(i32::try_from(n).ok());
    vec![
        boolean(true),
        text("local"),
        boolean(false),
        int(1),
        int(0),
        started.clone(),
        started,
        int(batches().count()),
        int(0),
        int(1),
        real(bytes),
        real(bytes),
        real(0),
        long(0),
        real(100),
        long(0),
        text(env!("CARGO_PKG_VERSION")),
        Value::Datetime(None),
        real(0),
        boolean(false),
        Value::Datetime(None),
        real(100),
        text(""),
        boolean(false),
        text(""),
        text(concat!("kql ", env!("CARGO_PKG_VERSION"))),
        int(0),
        int(0),
        int(most),
        text(&*largest),
        real(bytes),
        int(databases.names().len()),
    ]
}

/// What Kusto calls the storage of a type.
fn storage_type(ty: ScalarType) -> &'static str {
    match ty {
        ScalarType::Bool => "I8",
        ScalarType::Int => "I32",
        ScalarType::Long => "I64",
        ScalarType::Real => "R64",
        ScalarType::Decimal => "Decimal",
        ScalarType::String => "StringBuffer",
        ScalarType::Datetime => "DateTime",
        ScalarType::Timespan => "TimeSpan",
        ScalarType::Guid => "UniqueId",
        ScalarType::Dynamic | ScalarType::Unknown => "Dynamic",
    }
}
