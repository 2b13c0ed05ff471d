//! Tabular operators: one table from keyword to parser, one file per family.
//!
//! A parser gets the tokens after the keyword. It does not fail any more: what is missing is reported, and the operator
//! holds what could be read.

mod cut;
mod filter;
mod graph;
mod join;
mod make_series;
mod mv;
mod parse;
mod partition;
mod project;
mod render;
mod scan;
mod search;
mod small;
mod source;
mod summarize;
mod union;

use super::input::{PResult, Tokens};
use crate::ast::OperatorKind;
use crate::lex::{Keyword, TokenKind};
use kql_diagnostic::{Diagnostic, Span, code};

/// Where an operator may stand.
#[derive(Clone, Copy)]
pub(super) enum Head {
    /// After a bar only.
    Piped,
    /// Also at the start of a pipeline, when the tokens there say so: `range` may be a name.
    Source(fn(Tokens<'_>) -> bool),
}

/// A tabular operator of the language.
pub(super) struct Entry {
    pub(super) keyword: Keyword,
    /// As written.
    pub(super) name: &'static str,
    pub(super) head: Head,
    pub(super) parse: for<'a> fn(Tokens<'a>) -> PResult<'a, OperatorKind>,
}

macro_rules! operators {
    ($($keyword:ident $head:expr, $parse:path;)*) => {
        const TABLE: &[Entry] = &[$(Entry {
            keyword: Keyword::$keyword,
            name: Keyword::$keyword.text(),
            head: $head,
            parse: $parse,
        },)*];
    };
}

const ALWAYS: Head = Head::Source(|_| true);

operators! {
    As Head::Piped, small::as_;
    AssertSchema Head::Piped, small::assert_schema;
    Consume Head::Piped, small::consume;
    Count Head::Piped, small::count;
    Distinct Head::Piped, summarize::distinct;
    Evaluate Head::Source(source::starts_evaluate), source::evaluate;
    ExecuteAndCache Head::Piped, small::execute_and_cache;
    Extend Head::Piped, project::extend;
    Facet Head::Piped, partition::facet;
    Filter Head::Piped, filter::where_;
    Find ALWAYS, search::find;
    Fork Head::Piped, partition::fork;
    GetSchema Head::Piped, small::getschema;
    GraphMarkComponents Head::Piped, graph::mark_components;
    GraphMatch Head::Piped, graph::graph_match;
    GraphShortestPaths Head::Piped, graph::shortest_paths;
    GraphToTable Head::Piped, graph::to_table;
    GraphWhereEdges Head::Piped, graph::where_edges;
    GraphWhereNodes Head::Piped, graph::where_nodes;
    Invoke Head::Piped, source::invoke;
    Join Head::Piped, join::join;
    Limit Head::Piped, cut::take;
    Lookup Head::Piped, join::lookup;
    MacroExpand ALWAYS, source::macro_expand;
    MakeGraph Head::Piped, graph::make_graph;
    MakeSeries Head::Piped, make_series::make_series;
    MvApply Head::Piped, mv::apply;
    MvApplyOld Head::Piped, mv::apply;
    MvExpand Head::Piped, mv::expand;
    MvExpandOld Head::Piped, mv::expand_old;
    Order Head::Piped, cut::sort;
    Parse Head::Piped, parse::parse;
    ParseKv Head::Piped, parse::parse_kv;
    ParseWhere Head::Piped, parse::parse_where;
    Partition Head::Piped, partition::partition;
    PartitionBy Head::Piped, partition::partition_by;
    Print ALWAYS, source::print;
    Project Head::Piped, project::project;
    ProjectAway Head::Piped, project::away;
    ProjectByNames Head::Piped, project::by_names;
    ProjectKeep Head::Piped, project::keep;
    ProjectRename Head::Piped, project::rename;
    ProjectReorder Head::Piped, project::reorder;
    Range Head::Source(source::starts_range), source::range;
    Reduce Head::Piped, small::reduce;
    Render Head::Piped, render::render;
    Sample Head::Piped, cut::sample;
    SampleDistinct Head::Piped, cut::sample_distinct;
    Scan Head::Piped, scan::scan;
    Search ALWAYS, search::search;
    Serialize Head::Piped, project::serialize;
    Sort Head::Piped, cut::sort;
    Summarize Head::Piped, summarize::summarize;
    Take Head::Piped, cut::take;
    Top Head::Piped, cut::top;
    TopHitters Head::Piped, cut::top_hitters;
    TopNested Head::Piped, cut::top_nested;
    Union ALWAYS, union::union;
    Where Head::Piped, filter::where_;
}

/// The words that start a tabular operator, old spellings included.
pub fn tabular_operators() -> impl Iterator<Item = &'static str> {
    TABLE.iter().map(|entry| entry.name)
}

/// The operator whose keyword is next, and the tokens after it.
pub(super) fn find(i: Tokens<'_>) -> Option<(Tokens<'_>, &'static Entry)> {
    static INDEX: [u8; 256] = {
        let mut index = [u8::MAX; 256];
        let mut at = 0;
        while at < TABLE.len() {
            index[TABLE[at].keyword as usize] = at as u8;
            at += 1;
        }
        index
    };
    let TokenKind::Keyword(word) = i.kind() else { return None };
    let entry = TABLE.get(usize::from(index_of(&INDEX, word)))?;
    Some((i.next(), entry))
}

fn index_of(index: &[u8; 256], word: Keyword) -> u8 {
    index[word as usize]
}

/// A word with its hyphens: `mv-expnd` is one to its author, although the lexer makes three tokens of it.
fn hyphenated(i: Tokens<'_>) -> Span {
    let mut last = 0;
    while i.nth(last + 1).kind == TokenKind::Minus
        && i.adjacent(last + 1)
        && i.adjacent(last + 2)
        && i.nth(last + 2).kind.is_word()
    {
        last += 2;
    }
    i.peek().span.to(i.nth(last).span)
}

/// Whether the keyword is only the first part of a hyphenated word that is nearly another operator: `project-awya`.
pub(super) fn misspelt(i: Tokens<'_>) -> bool {
    let span = hyphenated(i);
    span != i.peek().span && unknown_operator(span.text(i.shared.query), span).help.is_some()
}

fn unknown_operator(text: &str, span: Span) -> Diagnostic {
    let diagnostic = Diagnostic::error(code::SYNTAX, span, format!("there is no operator '{text}'"));
    let instead = match text.to_ascii_lowercase().as_str() {
        "select" => "write 'project'",
        "group" | "groupby" | "group-by" | "aggregate" | "stats" => "write 'summarize … by …'",
        "having" => "write 'where' after 'summarize'",
        "orderby" | "order-by" => "write 'sort by'",
        "head" | "first" => "write 'take'",
        "eval" | "let" => "write 'extend'",
        "rename" => "write 'project-rename'",
        "drop" => "write 'project-away'",
        "unique" | "dedup" | "uniq" => "write 'distinct'",
        "table" | "fields" => "write 'project'",
        _ => return diagnostic.did_you_mean(text, tabular_operators()),
    };
    diagnostic.with_help(instead)
}

/// Reports that no operator is here.
pub(super) fn unknown(i: Tokens<'_>) {
    if i.kind().is_word() {
        let span = hyphenated(i);
        i.report(unknown_operator(span.text(i.shared.query), span));
    } else {
        i.expected(super::error::Expected::Thing("an operator"));
    }
}
