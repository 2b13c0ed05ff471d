//! Graph operators. Arrows are read from their characters: `-[e]->` is no token, because `a[1]-b` is an expression.

use super::super::combinator::{comma_list, delimited, expect, expect_keyword, keyword, maybe, not_here, word};
use super::super::error::Expected;
use super::super::expression::{expect_expr, missing, path};
use super::super::input::{PResult, Tokens};
use super::super::name;
use super::super::pipeline::sub_pipeline;
use super::super::property::parameters;
use super::project::columns;
use crate::ast::{
    EdgeDirection, Expr, GraphElement, GraphPattern, GraphTable, Name, NamedExpr, OperatorKind, Property,
};
use crate::lex::{Keyword, TokenKind};
use nom::Parser;

/// `make-graph source --> target [with N on id, …] [with_node_id=n] [partitioned-by c (…)]`
pub(super) fn make_graph(i: Tokens<'_>) -> PResult<'_, OperatorKind> {
    let (i, mut properties) = parameters(i, &[])?;
    let (i, source) = name::expect_target(i)?;
    let (i, directed) = match arrow(i) {
        Some((after, EdgeDirection::Right)) => (after, true),
        Some((after, EdgeDirection::Any)) => (after, false),
        _ => {
            i.expected(Expected::Thing("'-->'"));
            (i, true)
        }
    };
    let (i, target) = name::expect_target(i)?;
    let (i, has_nodes) = maybe(i, keyword(Keyword::With));
    let (i, nodes) = if has_nodes {
        match comma_list(node_table)(i) {
            Ok(found) => found,
            Err(_) => {
                i.unexpected();
                (i, Vec::new())
            }
        }
    } else {
        (i, Vec::new())
    };
    let (i, more) = parameters(i, &["with_node_id"])?;
    let node_id = more.iter().find(|p| p.name.text == "with_node_id").and_then(word_of);
    properties.extend(more.into_iter().filter(|p| p.name.text != "with_node_id"));
    let (i, is_partitioned) = maybe(i, keyword(Keyword::PartitionedBy));
    let (i, partitioned_by) = if is_partitioned {
        let (i, by) = name::expect_target(i)?;
        let (i, body) = match delimited(TokenKind::OpenParen, TokenKind::CloseParen, sub_pipeline)(i) {
            Ok(found) => found,
            Err(_) => {
                i.unexpected();
                (i, missing(i))
            }
        };
        (i, Some((by, Box::new(body))))
    } else {
        (i, None)
    };
    Ok((
        i,
        OperatorKind::MakeGraph { parameters: properties, source, directed, target, nodes, node_id, partitioned_by },
    ))
}

fn word_of(property: &Property) -> Option<Name> {
    match &property.values.first()?.kind {
        crate::ast::ExprKind::Name(name) => Some(name.clone()),
        _ => None,
    }
}

/// `N on id`
fn node_table(i: Tokens<'_>) -> PResult<'_, (Expr, Name)> {
    let (i, table) = path(i)?;
    let (i, _) = expect_keyword(Keyword::On)(i)?;
    let (i, id) = name::expect_target(i)?;
    Ok((i, (table, id)))
}

/// `-->`, `<--`, `--`
fn arrow(i: Tokens<'_>) -> Option<(Tokens<'_>, EdgeDirection)> {
    match (i.kind(), i.nth(1).kind, i.nth(2).kind) {
        (TokenKind::Minus, TokenKind::Minus, TokenKind::Greater) => Some((i.skip(3), EdgeDirection::Right)),
        (TokenKind::Minus, TokenKind::Minus, _) => Some((i.skip(2), EdgeDirection::Any)),
        (TokenKind::Less, TokenKind::Minus, TokenKind::Minus) => Some((i.skip(3), EdgeDirection::Left)),
        _ => None,
    }
}

/// Patterns, then `where` and `project`.
type Match = (Vec<GraphPattern>, Option<Box<Expr>>, Vec<NamedExpr>);

fn matching(i: Tokens<'_>) -> PResult<'_, Match> {
    let (i, patterns) = match comma_list(pattern)(i) {
        Ok(found) => found,
        Err(_) => {
            i.unexpected();
            (i, Vec::new())
        }
    };
    let (i, has_where) = maybe(i, keyword(Keyword::Where));
    let (i, predicate) = if has_where {
        let (i, predicate) = expect_expr(i)?;
        (i, Some(Box::new(predicate)))
    } else {
        (i, None)
    };
    let (i, has_project) = maybe(i, keyword(Keyword::Project));
    let (i, columns) = if has_project { columns(i)? } else { (i, Vec::new()) };
    Ok((i, (patterns, predicate, columns)))
}

/// `graph-match [cycles=…] patterns [where p] [project …]`
pub(super) fn graph_match(i: Tokens<'_>) -> PResult<'_, OperatorKind> {
    let (i, parameters) = parameters(i, &["cycles"])?;
    let (i, (patterns, predicate, columns)) = matching(i)?;
    Ok((i, OperatorKind::GraphMatch { parameters, patterns, predicate, columns }))
}

/// `graph-shortest-paths [output=…] patterns [where p] [project …]`
pub(super) fn shortest_paths(i: Tokens<'_>) -> PResult<'_, OperatorKind> {
    let (i, parameters) = parameters(i, &["output"])?;
    let (i, (patterns, predicate, columns)) = matching(i)?;
    Ok((i, OperatorKind::GraphShortestPaths { parameters, patterns, predicate, columns }))
}

/// `[p =] (a)-[e]->(b)…`
fn pattern(i: Tokens<'_>) -> PResult<'_, GraphPattern> {
    let start = i.peek();
    let length = name::name_length(i, name::is_target);
    let (i, name) = if length > 0 && i.nth(length).kind == TokenKind::Equal {
        let (i, name) = name::target(i)?;
        (i.next(), Some(name))
    } else {
        (i, None)
    };
    let (mut i, first) = node(i)?;
    let mut elements = vec![first];
    while let Ok((after, edge)) = edge(i) {
        elements.push(edge);
        match node(after) {
            Ok((after, node)) => {
                elements.push(node);
                i = after;
            }
            Err(_) => {
                after.unexpected();
                i = after;
                break;
            }
        }
    }
    Ok((i, GraphPattern { name, elements, span: i.since(start) }))
}

/// `(n)`, `()`
fn node(i: Tokens<'_>) -> PResult<'_, GraphElement> {
    let start = i.peek();
    let inside = |i| match name::target(i) {
        Ok((i, name)) => Ok((i, Some(name))),
        Err(_) => Ok((i, None)),
    };
    let (i, name) = delimited(TokenKind::OpenParen, TokenKind::CloseParen, inside)(i)?;
    Ok((i, GraphElement::Node { name, span: i.since(start) }))
}

/// `-[e*1..3]->`, `<-[e]-`, `-[e]-`, `-->`, `<--`, `--`
fn edge(i: Tokens<'_>) -> PResult<'_, GraphElement> {
    let start = i.peek();
    if let Some((i, direction)) = arrow(i) {
        return Ok((i, GraphElement::Edge { name: None, direction, range: None, span: i.since(start) }));
    }
    let left = i.at(TokenKind::Less);
    let dash = if left { i.next() } else { i };
    if !dash.at(TokenKind::Minus) || dash.nth(1).kind != TokenKind::OpenBracket {
        i.note(Expected::Thing("an edge"));
        return not_here();
    }
    let (i, (name, range)) = delimited(TokenKind::OpenBracket, TokenKind::CloseBracket, edge_inside)(dash.next())?;
    let (i, _) = expect(TokenKind::Minus)(i)?;
    let (i, direction) = match (left, i.at(TokenKind::Greater)) {
        (false, true) => (i.next(), EdgeDirection::Right),
        (true, false) => (i, EdgeDirection::Left),
        (true, true) => {
            i.unexpected();
            (i.next(), EdgeDirection::Any)
        }
        (false, false) => (i, EdgeDirection::Any),
    };
    Ok((i, GraphElement::Edge { name, direction, range, span: i.since(start) }))
}

/// Name of an edge, and its least and greatest length.
type EdgeInside = (Option<Name>, Option<Box<(Expr, Expr)>>);

/// `e*1..3`, each part optional
fn edge_inside(i: Tokens<'_>) -> PResult<'_, EdgeInside> {
    let (i, name) = match name::target(i) {
        Ok((i, name)) => (i, Some(name)),
        Err(_) => (i, None),
    };
    if !i.at(TokenKind::Star) {
        return Ok((i, (name, None)));
    }
    let (i, (low, _, high)) = (expect_expr, expect(TokenKind::DotDot), expect_expr).parse(i.next())?;
    Ok((i, (name, Some(Box::new((low, high))))))
}

/// `graph-to-table nodes [as N] [with_node_id=c], edges …`
pub(super) fn to_table(i: Tokens<'_>) -> PResult<'_, OperatorKind> {
    match comma_list(output)(i) {
        Ok((i, outputs)) => Ok((i, OperatorKind::GraphToTable { outputs })),
        Err(_) => {
            i.unexpected();
            Ok((i, OperatorKind::GraphToTable { outputs: Vec::new() }))
        }
    }
}

fn output(i: Tokens<'_>) -> PResult<'_, GraphTable> {
    let (i, nodes) = match (word("nodes")(i), word("edges")(i)) {
        (Ok((i, _)), _) => (i, true),
        (_, Ok((i, _))) => (i, false),
        _ => return not_here(),
    };
    let (i, named) = maybe(i, keyword(Keyword::As));
    let (i, name) = if named { name::expect_target(i).map(|(i, n)| (i, Some(n)))? } else { (i, None) };
    let (i, parameters) = parameters(i, &["with_node_id", "with_source_id", "with_target_id"])?;
    Ok((i, GraphTable { nodes, name, parameters }))
}

/// `graph-mark-components [kind=…] [with_component_id=c]`
pub(super) fn mark_components(i: Tokens<'_>) -> PResult<'_, OperatorKind> {
    let (i, parameters) = parameters(i, &["kind", "with_component_id"])?;
    Ok((i, OperatorKind::GraphMarkComponents { parameters }))
}

/// `graph-where-nodes p`
pub(super) fn where_nodes(i: Tokens<'_>) -> PResult<'_, OperatorKind> {
    let (i, predicate) = expect_expr(i)?;
    Ok((i, OperatorKind::GraphWhereNodes { predicate: Box::new(predicate) }))
}

/// `graph-where-edges p`
pub(super) fn where_edges(i: Tokens<'_>) -> PResult<'_, OperatorKind> {
    let (i, predicate) = expect_expr(i)?;
    Ok((i, OperatorKind::GraphWhereEdges { predicate: Box::new(predicate) }))
}
