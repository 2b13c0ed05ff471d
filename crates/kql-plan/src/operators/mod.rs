//! Tabular operators, one file each.

mod apply_input;
mod build_side;
mod datatable;
mod filter;
mod graph;
mod join;
mod late_rows;
mod make_series;
mod mv_apply;
mod mv_expand;
mod parse;
mod parse_kv;
mod partition;
mod partition_legs;
mod project;
mod range;
mod reduce;
mod sample;
mod scan;
mod sort;
mod source;
mod summarize;
mod take;
mod top_hitters;
mod top_nested;
mod union;

pub(crate) use mv_expand::Expansion;
