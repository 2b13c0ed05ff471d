//! Tabular queries, operator by operator. After each the binder is asked for the columns; what it refuses is left out.

use super::choices::Choices;
use super::data::{Broken, T, U, World};
use super::expression::{Expressions, name};
use super::values::literals;
use kql_aggregates::aggregates;
use kql_types::ScalarType as Ty;
use kql_types::function::Support;
use kql_types::signature::ResultType;

/// A query over `T` and `U`.
#[derive(Clone, Debug)]
pub struct Query {
    /// Its text.
    pub text: String,
    /// Its columns; `None` when they depend on data.
    pub columns: Option<Vec<(String, Ty)>>,
    /// `n` numbers the rows still.
    pub numbered: bool,
    /// Where operators begin in the text, the first left out.
    pub cuts: Vec<usize>,
}

/// Which operators may be in a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kinds {
    /// One row in, at most one row out, whatever the others are.
    RowByRow,
    /// The answer does not depend on the order of rows.
    Deterministic,
    /// All.
    All,
}

/// Makes a query. What was refused on the way is counted in `refused`.
///
/// # Errors
/// The query whose check broke, and how.
pub fn query(
    choices: &mut Choices,
    world: &World,
    kinds: Kinds,
    longest: usize,
    refused: &mut usize,
) -> Result<Query, (String, Broken)> {
    let mut columns: Vec<(String, Ty)> = T.iter().map(|(n, ty)| ((*n).to_owned(), *ty)).collect();
    let mut text = "T".to_owned();
    if choices.chance(60) {
        // Few columns are planned and run in a fraction of the time.
        let kept: Vec<usize> = (0..4).map(|_| 2 + choices.below(T.len() - 2)).collect();
        let mut at = 0;
        columns.retain(|_| {
            at += 1;
            at <= 2 || kept.contains(&(at - 1))
        });
        let names: Vec<&str> = columns.iter().map(|c| c.0.as_str()).collect();
        text = format!("T | project {}", names.join(", "));
    }
    let mut query = Query { text, columns: Some(columns), numbered: true, cuts: Vec::new() };
    let count = 1 + choices.below(longest);
    for _ in 0..count {
        let Some(columns) = query.columns.clone() else { break };
        if columns.is_empty() || query.text.len() > 4_000 {
            break;
        }
        let start = choices.made.len();
        let step = Step { columns: &columns, numbered: query.numbered, kinds }.operator(choices);
        choices.end(start);
        let text = format!("{}\n{}", query.text, step.text);
        match world.check(&text) {
            Err(broken) => return Err((text, broken)),
            Ok(None) => *refused += 1,
            Ok(Some(columns)) => {
                let known = !step.open && columns.iter().all(|c| c.1 != Ty::Unknown) && columns.len() < 40;
                let numbered = query.numbered && step.keeps_numbers && columns.iter().any(|c| c.0 == "n");
                let mut cuts = query.cuts;
                cuts.push(query.text.len());
                query = Query { text, columns: known.then_some(columns), numbered, cuts };
            }
        }
    }
    Ok(query)
}

/// An operator that was made.
pub(super) struct Made {
    pub(super) text: String,
    pub(super) keeps_numbers: bool,
    /// The columns depend on data.
    pub(super) open: bool,
}

fn made(text: String) -> Made {
    Made { text, keeps_numbers: true, open: false }
}

pub(super) fn loses(text: String) -> Made {
    Made { text, keeps_numbers: false, open: false }
}

/// Where an operator is to come.
pub(super) struct Step<'a> {
    columns: &'a [(String, Ty)],
    numbered: bool,
    kinds: Kinds,
}

impl Step<'_> {
    fn operator(&self, c: &mut Choices) -> Made {
        if self.kinds == Kinds::RowByRow {
            return match c.below(5) {
                0 => self.where_(c),
                1 | 2 => self.extend(c),
                3 => self.project(c),
                _ => self.parse(c),
            };
        }
        let all = self.kinds == Kinds::All;
        match c.below(if all { 34 } else { 24 }) {
            0 => self.where_(c),
            1 | 2 => self.extend(c),
            3 => self.project(c),
            4 | 5 => self.summarize(c),
            6 => self.distinct(c),
            7 => self.join(c),
            8 => self.lookup(c),
            9 => self.union(c),
            10 => self.mv_expand(c),
            11 => self.mv_apply(c),
            12 => self.parse(c),
            13 => self.take(c),
            14 => self.window(c),
            15 => self.top(c),
            16 => self.make_series(c),
            17 => self.scan(c),
            18 => self.partition(c),
            19 => self.columns_only(c),
            20 => self.parse_kv(c),
            21 => self.small(c),
            22 => self.tuple(c),
            23 => self.plugin_of_bags(c),
            24 => made(format!("| sort by {} {}", self.some(c, |ty| ty != Ty::Dynamic), self.order(c))),
            25 => self.top_nested(c),
            26 => loses(format!("| top-hitters {} of {}", c.below(4), self.some(c, |_| true))),
            27 => made(format!("| sample {}", c.below(5))),
            28 => loses(format!("| sample-distinct {} of {}", c.below(5), self.some(c, |_| true))),
            29 => loses(format!("| reduce by {}", self.some(c, |ty| ty == Ty::String))),
            30 => self.plugin(c),
            31 => self.parts(c),
            32 => self.stars(c),
            _ => self.graph(c),
        }
    }

    pub(super) fn expr(&self, c: &mut Choices, ty: Ty, depth: usize) -> String {
        Expressions { choices: c, columns: self.columns, leaves: None }.of(ty, depth)
    }

    pub(super) fn some(&self, c: &mut Choices, which: impl Fn(Ty) -> bool) -> String {
        let fit: Vec<&String> = self.columns.iter().filter(|c| which(c.1)).map(|c| &c.0).collect();
        if fit.is_empty() { "1".into() } else { name(c.pick::<&String>(&fit)) }
    }

    fn order(&self, c: &mut Choices) -> &'static str {
        c.pick::<&str>(&["asc", "desc", "asc nulls last", "desc nulls first"])
    }

    /// Brings the rows in an order that does not depend on how they came.
    pub(super) fn sorted(&self) -> String {
        let key = |(n, ty): &(String, Ty)| match ty {
            Ty::Dynamic => format!("dynamic_to_json({}) asc", name(n)),
            _ => format!("{} asc", name(n)),
        };
        format!("| sort by {}", self.columns.iter().map(key).collect::<Vec<_>>().join(", "))
    }

    fn where_(&self, c: &mut Choices) -> Made {
        if c.chance(5) {
            return made("| where * has 'a'".into());
        }
        made(format!("| where {}", self.expr(c, Ty::Bool, 3)))
    }

    fn extend(&self, c: &mut Choices) -> Made {
        let mut items = Vec::new();
        for _ in 0..1 + c.below(3) {
            let ty = *c.pick(&Ty::ALL);
            let value = self.expr(c, ty, 3);
            let label = if c.chance(15) { self.some(c, |_| true) } else { format!("e{}", items.len()) };
            items.push(if c.chance(20) { value } else { format!("{label} = {value}") });
        }
        let keeps = !items.iter().any(|i| i.starts_with("n = "));
        Made { text: format!("| extend {}", items.join(", ")), keeps_numbers: keeps, open: false }
    }

    fn project(&self, c: &mut Choices) -> Made {
        let mut items = vec![if c.chance(80) && self.numbered { "n".to_owned() } else { self.some(c, |_| true) }];
        for at in 0..c.below(5) {
            let ty = *c.pick(&Ty::ALL);
            items.push(if c.chance(50) {
                format!("p{at} = {}", self.expr(c, ty, 3))
            } else {
                format!("q{at} = {}", self.some(c, |_| true))
            });
        }
        made(format!("| project {}", items.join(", ")))
    }

    fn aggregate(&self, c: &mut Choices) -> String {
        const UNSTEADY: &[&str] = &[
            "take_any",
            "take_anyif",
            "any",
            "anyif",
            "make_bag",
            "make_bag_if",
            "tdigest",
            "tdigest_merge",
            "merge_tdigest",
            "buildschema",
            "arg_max",
            "arg_min",
            "argmax",
            "argmin",
        ];
        let steady = self.kinds != Kinds::All;
        let all: Vec<_> = aggregates()
            .filter(|a| a.spec.support == Support::Full && a.spec.name != "series_collect")
            .filter(|a| a.spec.name.chars().all(|ch| ch.is_ascii_alphanumeric() || ch == '_'))
            .filter(|a| !steady || !UNSTEADY.contains(&a.spec.name))
            .collect();
        let aggregate = *c.pick(&all);
        let spec = &aggregate.spec;
        let signature = c.pick(spec.overloads());
        let ty = match &signature.result {
            ResultType::Argument(_) | ResultType::Promoted(_) => {
                *c.pick(&[Ty::Long, Ty::Real, Ty::Datetime, Ty::Timespan, Ty::Decimal])
            }
            ResultType::Is(ty) => *ty,
            _ => Ty::Long,
        };
        let ordered = ["make", "list"].iter().any(|p| spec.name.starts_with(p));
        let depth = if steady { 1 } else { 2 };
        let mut e = Expressions { choices: c, columns: self.columns, leaves: None };
        if ordered && steady {
            let column = self.some(e.choices, |ty| ty != Ty::Dynamic);
            return match spec.name {
                "make_list_if" | "make_set_if" => {
                    format!("array_sort_asc({}({column}, {}))", spec.name, e.of(Ty::Bool, 1))
                }
                _ => format!("array_sort_asc({}({column}))", spec.name),
            };
        }
        format!("{}({})", spec.name, e.arguments(spec.name, signature, ty, depth))
    }

    fn aggregates(&self, c: &mut Choices) -> String {
        let count = 1 + c.below(3);
        let one = |at: usize, c: &mut Choices| {
            let aggregate = c.span(|c| if c.chance(90) { self.aggregate(c) } else { "count()".into() });
            if c.chance(30) { aggregate } else { format!("x{at} = {aggregate}") }
        };
        (0..count).map(|at| one(at, c)).collect::<Vec<_>>().join(", ")
    }

    fn key(&self, c: &mut Choices) -> String {
        match c.below(4) {
            0 => self.some(c, |ty| ty == Ty::String),
            1 => self.some(c, |ty| ty != Ty::Dynamic),
            2 => format!("kb = bin({}, 2)", self.some(c, |ty| ty == Ty::Long)),
            _ => {
                let ty = *c.pick(&[Ty::Bool, Ty::String, Ty::Long, Ty::Datetime]);
                format!("ke = {}", self.expr(c, ty, 2))
            }
        }
    }

    fn summarize(&self, c: &mut Choices) -> Made {
        let by = match c.below(3) {
            0 => String::new(),
            1 => format!(" by {}", self.key(c)),
            _ => format!(" by {}, {}", self.some(c, |ty| ty == Ty::String || ty == Ty::Bool), self.key(c)),
        };
        loses(format!("| summarize {}{by}", self.aggregates(c)))
    }

    fn distinct(&self, c: &mut Choices) -> Made {
        let count = 1 + c.below(3);
        let list: Vec<String> = (0..count).map(|_| self.some(c, |ty| ty != Ty::Dynamic)).collect();
        loses(format!("| distinct {}", list.join(", ")))
    }

    fn right(&self, c: &mut Choices) -> String {
        match c.below(3) {
            0 => "U".into(),
            1 => {
                let columns: Vec<(String, Ty)> = U.iter().map(|(n, ty)| ((*n).to_owned(), *ty)).collect();
                let p = Expressions { choices: c, columns: &columns, leaves: None }.of(Ty::Bool, 2);
                format!("(U | where {p})")
            }
            _ => "(U | summarize c2 = count(), l = max(l) by k, n2)".into(),
        }
    }

    fn on(&self, c: &mut Choices) -> String {
        let has = |n: &str, ty: Ty| self.columns.iter().any(|c| c.0 == n && c.1 == ty);
        let mut ways = Vec::new();
        if has("k", Ty::String) {
            ways.push("k".to_owned());
        }
        if has("l", Ty::Long) {
            ways.push("l".to_owned());
        }
        ways.push(format!("$left.{} == $right.n2", self.some(c, |ty| ty == Ty::Long)));
        ways.push(format!("$left.{} == $right.k", self.some(c, |ty| ty == Ty::String)));
        if ways.len() > 2 {
            ways.push(format!("{}, {}", ways[0], ways[ways.len() - 2]));
        }
        c.pick(&ways).clone()
    }

    fn join(&self, c: &mut Choices) -> Made {
        let kinds = [
            "inner",
            "leftouter",
            "leftsemi",
            "leftanti",
            "rightouter",
            "fullouter",
            "rightsemi",
            "rightanti",
            "innerunique",
        ];
        let kinds = if self.kinds == Kinds::All { &kinds[..] } else { &kinds[..8] };
        let kind = *c.pick(kinds);
        let text = format!("| join kind={kind} {} on {}", self.right(c), self.on(c));
        Made { text, keeps_numbers: ["leftsemi", "leftanti"].contains(&kind), open: false }
    }

    fn lookup(&self, c: &mut Choices) -> Made {
        let kind = *c.pick(&["leftouter", "inner"]);
        loses(format!("| lookup kind={kind} {} on {}", self.right(c), self.on(c)))
    }

    fn union(&self, c: &mut Choices) -> Made {
        // A label tells where its rows come from, which stages change.
        let source = *c.pick(if self.kinds == Kinds::All {
            &["", "withsource=src ", "kind=inner ", "kind=outer withsource=k "]
        } else {
            &["", "kind=inner ", "", ""]
        });
        let right = match c.below(3) {
            0 => "U".into(),
            1 => self.right(c),
            _ => "(T | project n, k, s, zz = a), U".into(),
        };
        loses(format!("| union {source}{right}"))
    }

    fn typed(&self, c: &mut Choices) -> String {
        if c.chance(50) { format!(" to typeof({})", c.pick(&Ty::ALL).name()) } else { String::new() }
    }

    fn mv_expand(&self, c: &mut Choices) -> Made {
        let mut parts = Vec::new();
        for at in 0..1 + c.below(2) {
            let label = if c.chance(50) { format!("v{at} = ") } else { String::new() };
            parts.push(format!("{label}{}{}", self.some(c, |ty| ty == Ty::Dynamic), self.typed(c)));
        }
        let kind = *c.pick(&["", "kind=array ", "kind=bag ", "with_itemindex=ix "]);
        let limit = if c.chance(20) { format!(" limit {}", c.below(4)) } else { String::new() };
        loses(format!("| mv-expand {kind}{}{limit}", parts.join(", ")))
    }

    fn mv_apply(&self, c: &mut Choices) -> Made {
        let inside = *c.pick(&[
            "summarize x0 = count()",
            "where isnotnull(v)",
            "summarize x0 = sum(tolong(v)), x1 = max(tostring(v))",
            "summarize x0 = count() by tostring(v)",
            "extend w = strcat(v, 'x') | summarize x0 = max(w)",
            "where tolong(v) > 1 | project z = tolong(v) + 1",
            "summarize x0 = array_sort_asc(make_set(tostring(v)))",
            "top 1 by tostring(v) | project tostring(v)",
            "take 0",
            "count",
        ]);
        loses(format!("| mv-apply v = {}{} on ({inside})", self.some(c, |ty| ty == Ty::Dynamic), self.typed(c)))
    }

    fn parse(&self, c: &mut Choices) -> Made {
        let op = *c.pick(&["parse", "parse-where"]);
        let kind = *c.pick(&["", "kind=simple ", "kind=relaxed ", "kind=regex ", "kind=regex flags=iU "]);
        let ty = c.pick(&Ty::ALL).name();
        let pattern = match c.below(6) {
            0 => format!("* 'a' w0:{ty} *"),
            1 => format!("w0:{ty} 'b' w1"),
            2 => "* '1' w0:long".into(),
            3 => format!("* ':' w0:string ',' w1:{ty} '}}' *"),
            4 => "'é' w0".into(),
            _ => format!("w0:{ty}"),
        };
        let from = if c.chance(20) { self.expr(c, Ty::String, 2) } else { self.some(c, |ty| ty == Ty::String) };
        made(format!("| {op} {kind}{from} with {pattern}"))
    }

    fn parse_kv(&self, c: &mut Choices) -> Made {
        let with = *c.pick(&[
            "pair_delimiter=';', kv_delimiter='='",
            "pair_delimiter=',', kv_delimiter=':', quote='\"'",
            "pair_delimiter=' ', kv_delimiter='=', greedy=true",
            "regex='(\\\\w+)=(\\\\w+)'",
        ]);
        let ty = c.pick(&Ty::ALL).name();
        made(format!(
            "| parse-kv {} as (x:{ty}, y1:string, a2:long) with ({with})",
            self.some(c, |ty| ty == Ty::String)
        ))
    }

    fn take(&self, c: &mut Choices) -> Made {
        if self.kinds == Kinds::All && c.chance(50) {
            return made(format!("| take {}", c.below(9)));
        }
        made(format!("{}\n| take {}", self.sorted(), c.below(9)))
    }

    fn top(&self, c: &mut Choices) -> Made {
        let key = if c.chance(30) {
            format!("({})", self.expr(c, Ty::Long, 2))
        } else {
            self.some(c, |ty| ty != Ty::Dynamic)
        };
        let order = self.order(c);
        let count = c.below(9);
        if self.kinds == Kinds::All {
            return made(format!("| top {count} by {key} {order}"));
        }
        loses(format!("| extend tk = {key}\n| top {count} by tk {order}\n| project tk"))
    }

    fn window(&self, c: &mut Choices) -> Made {
        let mut items = Vec::new();
        for at in 0..1 + c.below(3) {
            let any = self.some(c, |_| true);
            let plain = self.some(c, |ty| ty != Ty::Dynamic);
            let number = self.some(c, |ty| ty == Ty::Long);
            let restart = self.expr(c, Ty::Bool, 2);
            items.push(match c.below(10) {
                0 => format!("w{at} = row_number()"),
                1 => format!("w{at} = row_number({}, {restart})", c.below(5)),
                2 => format!("w{at} = prev({any})"),
                3 => format!("w{at} = next({any}, {})", c.below(4)),
                4 => format!("w{at} = prev({number}, {}, {})", c.below(4), c.pick(literals(Ty::Long))),
                5 => format!("w{at} = row_cumsum({number})"),
                6 => format!("w{at} = row_cumsum({number}, {restart})"),
                7 => format!("w{at} = row_rank_dense({plain}, {restart})"),
                8 => format!("w{at} = row_rank_min({plain})"),
                _ => {
                    format!("w{at} = row_window_session({}, 10d, 1d, {restart})", self.some(c, |ty| ty == Ty::Datetime))
                }
            });
        }
        let word = *c.pick(&["extend", "serialize", "project n,"]);
        let word = if word == "project n," && !self.numbered { "extend" } else { word };
        made(format!("{}\n| {word} {}", self.sorted(), items.join(", ")))
    }

    fn make_series(&self, c: &mut Choices) -> Made {
        let (axis, range) = match c.below(4) {
            0 => (self.some(c, |ty| ty == Ty::Datetime), "from datetime(2019-12-30) to datetime(2020-03-05) step 7d"),
            1 => (self.some(c, |ty| ty == Ty::Long), "from -3 to 12 step 2"),
            2 => (self.some(c, |ty| ty == Ty::Real), "from -2.0 to 3.0 step 0.5"),
            _ => (self.some(c, |ty| ty == Ty::Timespan), "from -1d to 2d step 6h"),
        };
        let default = *c.pick(&["", " default=0", " default=1", " default=long(null)", " default=real(null)"]);
        let kind = *c.pick(&["", "kind=nonempty "]);
        let by = if c.chance(60) { format!(" by {}", self.key(c)) } else { String::new() };
        let more = if c.chance(40) { ", c = count()" } else { "" };
        loses(format!("| make-series {kind}x0 = {}{default}{more} on {axis} {range}{by}", self.aggregate(c)))
    }

    fn scan(&self, c: &mut Choices) -> Made {
        let id = if c.chance(50) { "with_match_id=mid " } else { "" };
        let output = *c.pick(&["", "output=last ", "output=none "]);
        let (p, q) = (self.expr(c, Ty::Bool, 2), self.expr(c, Ty::Bool, 2));
        let number = self.some(c, |ty| ty == Ty::Long);
        let steps = match c.below(3) {
            0 => format!("step s1: true => acc = s1.acc + {number};"),
            1 => format!("step s1 {output}: {p} => acc = {number}; step s2: {q} => acc = s1.acc;"),
            _ => format!("step s1: {p}; step s2 {output}: {q} => acc = s2.acc + 1; step s3: {number} > 3;"),
        };
        loses(format!("{}\n| scan {id}declare (acc:long = 0) with ({steps})", self.sorted()))
    }

    fn partition(&self, c: &mut Choices) -> Made {
        let key = self.some(c, |ty| ty == Ty::String);
        let number = self.some(c, |ty| ty == Ty::Long);
        let strategy = *c.pick(&["", "hint.strategy=native ", "hint.strategy=shuffle ", "hint.strategy=legacy "]);
        let inside = match c.below(5) {
            0 => "summarize x0 = count()".to_owned(),
            1 => format!("where {}", self.expr(c, Ty::Bool, 2)),
            2 => format!("summarize x0 = max({number}), x1 = min({number}) by {key}"),
            3 => format!("top 1 by {number} asc | project {number}"),
            _ => format!("extend z = {}", self.expr(c, Ty::Long, 2)),
        };
        loses(format!("| partition {strategy}by {key} ({inside})"))
    }

    fn columns_only(&self, c: &mut Choices) -> Made {
        let (x, y) = (self.some(c, |_| true), self.some(c, |_| true));
        match c.below(6) {
            0 => made(format!("| project-away {x}")),
            1 => made(format!("| project-keep n*, {x}, {y}")),
            2 => made(format!("| project-rename renamed = {x}")),
            3 => made(format!("| project-reorder {x}, {y}")),
            4 => made("| project-away *0, s*".to_owned()),
            _ => made("| project-reorder * desc".to_owned()),
        }
    }

    fn small(&self, c: &mut Choices) -> Made {
        match c.below(5) {
            0 => loses("| count".into()),
            1 => loses("| getschema".into()),
            2 => made("| as Named".into()),
            3 => made(format!("| invoke (f:(*)) {{ f | where {} }}()", self.expr(c, Ty::Bool, 1))),
            _ => made("| consume".into()),
        }
    }

    /// Functions that give several columns.
    fn tuple(&self, c: &mut Choices) -> Made {
        let of_many = kql_functions::functions().filter(|f| {
            f.spec.support == Support::Full
                && f.spec.overloads().iter().any(|s| matches!(s.result, ResultType::Columns(_)))
        });
        let mut names: Vec<&str> = of_many.map(|f| f.spec.name).collect();
        names.extend(["series_fit_line", "series_stats", "series_fit_2lines", "series_decompose", "series_fit_poly"]);
        names.extend(["series_decompose_anomalies", "series_decompose_forecast", "array_sort_asc", "array_sort_desc"]);
        names.sort_unstable();
        names.dedup();
        let function = *c.pick(&names);
        let d = self.expr(c, Ty::Dynamic, 2);
        let second = match c.below(4) {
            0 => String::new(),
            1 => format!(", {}", self.expr(c, Ty::Dynamic, 1)),
            2 => format!(", {}", c.pick(&["1", "2", "true", "3"])),
            _ => format!(", {}, {}, 3", c.pick(&["1.0", "2.0"]), c.pick(&["3.0", "8.0"])),
        };
        let label = if c.chance(30) { "(z0, z1) = " } else { "" };
        made(format!("| extend {label}{function}({d}{second})"))
    }

    fn top_nested(&self, c: &mut Choices) -> Made {
        let (x, y) = (self.some(c, |ty| ty != Ty::Dynamic), self.some(c, |ty| ty != Ty::Dynamic));
        let others = if c.chance(40) { " with others = 'rest'" } else { "" };
        let (first, second) = (self.aggregate(c), self.aggregate(c));
        let text = match c.below(3) {
            0 => format!("| top-nested {} of {x}{others} by {first}", c.below(4)),
            1 => format!("| top-nested 2 of {x} by {first} asc, top-nested {} of {y}{others} by {second}", c.below(3)),
            _ => format!("| top-nested of {x} by count(), top-nested 1 of {y} by {first} desc"),
        };
        loses(text)
    }

    /// Parts that are run before the rest, and several results.
    fn parts(&self, c: &mut Choices) -> Made {
        let s = self.some(c, |ty| ty == Ty::String);
        let l = self.some(c, |ty| ty == Ty::Long);
        let right = self.right(c);
        let open = |text: String| Made { text, keeps_numbers: false, open: true };
        match c.below(8) {
            0 => made(format!("| where {s} in ((U | project k))")),
            1 => made(format!("| where {l} !in ({right})")),
            2 => made(format!("| where {l} >= toscalar(U | summarize min(l))")),
            3 => made(format!("| extend ts = toscalar({right})")),
            4 => loses(format!("| union (materialize({right}))")),
            5 => loses("| as Again\n| union Again".into()),
            6 => open(format!("| fork (where {}) (count)", self.expr(c, Ty::Bool, 2))),
            _ => open(format!("| facet by {s} with (summarize max({l}))")),
        }
    }

    /// All columns at once.
    fn stars(&self, c: &mut Choices) -> Made {
        let by = if c.chance(60) { format!(" by {}", self.key(c)) } else { String::new() };
        let x = self.some(c, |ty| ty != Ty::Dynamic);
        loses(match c.below(6) {
            0 => format!("| summarize take_any(*){by}"),
            1 => format!("| summarize arg_max({x}, *){by}"),
            2 => format!("| summarize count(), arg_min({x}, *){by}"),
            3 => "| distinct *".into(),
            4 => format!("| summarize any(*), dcount({x}){by}"),
            _ => format!("| union kind=inner (U | project {x} = k)"),
        })
    }
}
