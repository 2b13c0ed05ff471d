//! The command line.

use crate::commands::bench::BenchArgs;
use crate::commands::describe::{CompletionsArgs, ManArgs};
use crate::commands::fmt::FmtArgs;
use crate::graphics::GraphicsArg;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Run Kusto (KQL) hunting queries offline over captured Microsoft Defender XDR and Sentinel events.
#[derive(Debug, Parser)]
#[command(name = "kql", version, about, max_term_width = 100, args_conflicts_with_subcommands = true)]
pub(crate) struct Cli {
    /// Without one: the prompt.
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) repl: ReplArgs,
    /// When to use colours.
    #[arg(long, global = true, value_enum, default_value_t = ColorChoice::Auto, value_name = "WHEN")]
    pub(crate) color: ColorChoice,
    /// How queries, tables, charts and messages look on a terminal: dark, light or mono.
    #[arg(long, global = true, default_value = "dark", value_name = "NAME")]
    pub(crate) theme: String,
    /// Change of the theme, such as "string=bright-green" or "header=bold #2f6fd0". May be repeated.
    #[arg(long, global = true, value_name = "NAME=STYLE")]
    pub(crate) colors: Vec<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run queries over captured data.
    Run(RunArgs),
    /// Parse and bind queries without data: report what is wrong, or which columns come out.
    Check(CheckArgs),
    /// Show what a query becomes at a stage of its way.
    Explain(ExplainArgs),
    /// Format query files: one operator a line, canonical blanks and breaks, every comment kept.
    Fmt(FmtArgs),
    /// Measure how fast queries are on this machine.
    Bench(BenchArgs),
    /// Generate events to try queries on.
    Generate(GenerateArgs),
    /// Serve an editor over standard input and output (language server protocol).
    Lsp(LspArgs),
    /// Write completions for a shell to standard output.
    Completions(CompletionsArgs),
    /// Write manual pages.
    Man(ManArgs),
    /// Show the settings of kql.toml and the environment, and where each comes from.
    Config,
}

impl Cli {
    /// Whether the command is one that settings change: the others work whatever a file of settings says.
    pub(crate) fn uses_settings(&self) -> bool {
        !matches!(self.command, Some(Command::Completions(_) | Command::Man(_)))
    }
}

/// When to colour the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorChoice {
    /// On a terminal, unless NO_COLOR is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Whose schema a table follows where the two services differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ProfileArg {
    /// Defender XDR advanced hunting.
    Defender,
    /// Sentinel (Log Analytics).
    Sentinel,
}

/// Where tables come from and what `now()` is: shared by all commands that run or bind queries.
#[derive(Clone, Debug, Args)]
pub(crate) struct DataArgs {
    /// Captured data: a file, a folder, or TABLE=PATH. May be repeated.
    #[arg(long, short, value_name = "[TABLE=]PATH")]
    pub(crate) data: Vec<String>,
    /// Whose schema a table follows where Defender and Sentinel differ; without it both kinds of query are accepted.
    #[arg(long, value_enum)]
    pub(crate) profile: Option<ProfileArg>,
    /// The instant of now() and ago(): a datetime, or `latest` for the newest event loaded.
    #[arg(long, value_name = "DATETIME|latest")]
    pub(crate) now: Option<String>,
    /// Value of a query parameter. May be repeated.
    #[arg(long = "param", value_name = "NAME=VALUE")]
    pub(crate) parameters: Vec<String>,
    /// Local file that stands for a URL of externaldata. May be repeated; no network is used.
    #[arg(long = "external", value_name = "URL=FILE")]
    pub(crate) externals: Vec<String>,
    /// Folder whose files externaldata may read. May be repeated; without it no file is reached.
    #[arg(long = "allow", value_name = "FOLDER")]
    pub(crate) allowed: Vec<PathBuf>,
    /// Watchlist of Sentinel: a CSV file with a header. Its search key is the column in brackets, else SearchKey, else the
    /// first. May be repeated.
    #[arg(long = "watchlist", value_name = "NAME[[KEY]]=FILE")]
    pub(crate) watchlists: Vec<String>,
    /// Another database, loaded from a file or folder: database('NAME').Table. May be repeated.
    #[arg(long = "database", value_name = "NAME=PATH")]
    pub(crate) databases: Vec<String>,
    /// Database that stands for one elsewhere: "workspace('w')=NAME", "cluster('c').database('d')=NAME". The database of
    /// --data is NetDefaultDB. May be repeated.
    #[arg(long = "map", value_name = "PLACE=NAME")]
    pub(crate) maps: Vec<String>,
    /// Functions: a file or folder of `.create-or-alter function` commands, `let F = (…) {…};`, or queries, each the
    /// function of its file's name. May be repeated.
    #[arg(long = "functions", value_name = "PATH")]
    pub(crate) functions: Vec<PathBuf>,
    /// Database in MaxMind's format, such as GeoLite2-City.mmdb, for geo_info_from_ip_address().
    #[arg(long, value_name = "FILE")]
    pub(crate) geo_ip: Option<PathBuf>,
    /// Stop a query after this time, such as 30s or 5m.
    #[arg(long, value_name = "DURATION", default_value = "4m")]
    pub(crate) timeout: String,
    /// Memory queries may use, such as 4GB; default three quarters of the machine's.
    #[arg(long, value_name = "BYTES")]
    pub(crate) max_memory: Option<String>,
}

/// How results are shown on a terminal.
#[derive(Clone, Debug, Args)]
pub(crate) struct ScreenArgs {
    /// Rows of a table shown on a terminal; a last line tells how many more there are. Default: 100 at the prompt, else 1000.
    #[arg(long, value_name = "N")]
    pub(crate) rows: Option<std::num::NonZeroUsize>,
    /// How charts are drawn on a terminal: auto asks it whether it takes pictures.
    #[arg(long, value_enum, default_value_t = GraphicsArg::Auto, value_name = "HOW")]
    pub(crate) graphics: GraphicsArg,
}

/// The prompt.
#[derive(Debug, Args)]
pub(crate) struct ReplArgs {
    #[command(flatten)]
    pub(crate) data: DataArgs,
    /// Output format: table, records, json, ndjson, csv, tsv or markdown. Default: table.
    #[arg(long, short, value_name = "FORMAT")]
    pub(crate) format: Option<String>,
    #[command(flatten)]
    pub(crate) screen: ScreenArgs,
    /// Fail when a result has more rows than this, as the service does.
    #[arg(long, value_name = "ROWS", default_value_t = MAX_ROWS)]
    pub(crate) max_rows: usize,
    /// No greeting, no progress and no notes.
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

impl RunArgs {
    /// Queries from standard input, with the options of the prompt.
    pub(crate) fn of_input(args: &ReplArgs) -> Self {
        RunArgs {
            files: vec![PathBuf::from("-")],
            execute: Vec::new(),
            data: args.data.clone(),
            format: args.format.clone(),
            output: None,
            chart: None,
            screen: args.screen.clone(),
            max_rows: args.max_rows,
            stats: false,
            quiet: args.quiet,
        }
    }
}

/// Rows of a result at most, as in the service.
const MAX_ROWS: usize = 500_000;

#[derive(Debug, Args)]
pub(crate) struct RunArgs {
    /// Query files or folders of them; `-` reads standard input.
    pub(crate) files: Vec<PathBuf>,
    /// Query text. May be repeated.
    #[arg(long = "execute", short, value_name = "QUERY")]
    pub(crate) execute: Vec<String>,
    #[command(flatten)]
    pub(crate) data: DataArgs,
    /// Output format: table, records, json, ndjson, csv, tsv, markdown, parquet or arrow. Default: table on a terminal, else ndjson.
    #[arg(long, short, value_name = "FORMAT")]
    pub(crate) format: Option<String>,
    /// Write results to a file instead of standard output.
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Write the charts of queries that end in `render` to a file: FILE.svg, .png or .html.
    #[arg(long, value_name = "FILE")]
    pub(crate) chart: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) screen: ScreenArgs,
    /// Fail when a result has more rows than this, as the service does.
    #[arg(long, value_name = "ROWS", default_value_t = MAX_ROWS)]
    pub(crate) max_rows: usize,
    /// Print time, rows and bytes of each stage to standard error.
    #[arg(long)]
    pub(crate) stats: bool,
    /// No progress bar and no notes.
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    /// Query files or folders of them; `-` reads NDJSON {"id","query"} from standard input and answers a line for each.
    pub(crate) paths: Vec<PathBuf>,
    /// Query text. May be repeated.
    #[arg(long = "execute", short, value_name = "QUERY")]
    pub(crate) execute: Vec<String>,
    /// Functions the queries call: a file or folder, as for `kql run`. May be repeated.
    #[arg(long = "functions", value_name = "PATH")]
    pub(crate) functions: Vec<PathBuf>,
    /// Whose schema a table follows where Defender and Sentinel differ; without it both kinds of query are accepted.
    #[arg(long, value_enum)]
    pub(crate) profile: Option<ProfileArg>,
    /// Output format.
    #[arg(long, short, value_enum, default_value_t = CheckFormat::Text)]
    pub(crate) format: CheckFormat,
}

/// How `kql check` reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum CheckFormat {
    /// For people: the query line with the place underlined.
    Text,
    /// One JSON array.
    Json,
    /// One JSON object a query.
    Ndjson,
    /// One SARIF 2.1.0 log, for code scanning in CI.
    Sarif,
}

#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// The stage to show.
    #[arg(long, short, value_enum, default_value_t = StageArg::Plan)]
    pub(crate) stage: StageArg,
    /// Query text, or `-` for standard input.
    pub(crate) query: String,
    #[command(flatten)]
    pub(crate) data: DataArgs,
}

/// A stage of a query's way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum StageArg {
    /// Tokens.
    Lex,
    /// The syntax tree.
    Parse,
    /// The typed tree: names resolved, conversions written out.
    Bind,
    /// DataFusion's logical plan, optimized.
    Plan,
    /// DataFusion's physical plan.
    Physical,
}

#[derive(Debug, Args)]
pub(crate) struct GenerateArgs {
    /// Everyday events to make, about; an intrusion comes on top.
    #[arg(long, default_value_t = 6_000)]
    pub(crate) events: u64,
    /// Seed: the same seed gives the same bytes.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Folder to write to, a file a table.
    #[arg(long, short, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Form of the files.
    #[arg(long, short, value_enum, default_value_t = GenerateFormat::Ndjson)]
    pub(crate) format: GenerateFormat,
    /// Write NDJSON without gzip: TABLE.json.
    #[arg(long)]
    pub(crate) plain: bool,
}

/// What `kql generate` writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum GenerateFormat {
    /// TABLE.json.gz: records as the streaming API writes them to storage.
    Ndjson,
    /// TABLE.parquet: the columns of the published schema, as `kql run --format parquet` writes them.
    Parquet,
}

#[derive(Debug, Args)]
pub(crate) struct LspArgs {
    /// Captured data whose tables and columns are known besides the published ones: a file, a folder, or TABLE=PATH. May be
    /// repeated.
    #[arg(long, short, value_name = "[TABLE=]PATH")]
    pub(crate) data: Vec<String>,
    /// Whose schema a table follows where Defender and Sentinel differ; without it both kinds of query are accepted.
    #[arg(long, value_enum)]
    pub(crate) profile: Option<ProfileArg>,
    /// Accepted and without effect: editors' clients add it.
    #[arg(long, hide = true)]
    pub(crate) stdio: bool,
}
