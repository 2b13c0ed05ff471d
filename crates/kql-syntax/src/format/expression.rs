//! Expressions.

use super::layout::Op;
use super::marks::{Apart, Marks};
use crate::ast::{Argument, BinaryOp, Call, Expr, ExprKind, Operator, Property};
use crate::lex::{Keyword, TokenKind};

impl Marks<'_> {
    pub(super) fn expr(&mut self, expr: &Expr) {
        stacker::maybe_grow(64 * 1024, 1024 * 1024, || self.any_expr(expr));
    }

    fn any_expr(&mut self, expr: &Expr) {
        let (first, last) = (self.source.first(expr.span), self.source.last(expr.span));
        match &expr.kind {
            ExprKind::Literal(_) => self.literal(first, last),
            ExprKind::Name(name) | ExprKind::Wildcard(name) => self.name(name),
            ExprKind::Star | ExprKind::TypeOf(_) | ExprKind::Missing => {}
            ExprKind::Member { base, member } => {
                self.expr(base);
                self.expr(member);
            }
            ExprKind::Index { base, index } => {
                self.expr(base);
                self.no_gap(self.source.mates[last]);
                self.expr(index);
            }
            ExprKind::Call(call) => self.call(call),
            ExprKind::Unary { operand, .. } => {
                self.no_gap(first + 1);
                self.expr(operand);
            }
            ExprKind::Binary { op: BinaryOp::Colon, op_span, left, right } => {
                self.expr(left);
                self.close_to_both(self.source.first(*op_span));
                self.expr(right);
            }
            ExprKind::Binary { op, .. } => match Chain::of(*op) {
                Some(chain) => self.chain(expr, chain, true),
                None => self.comparison(expr),
            },
            ExprKind::In { left, list, op_span, .. } => {
                self.expr(left);
                let open = self.source.last(*op_span) + 1;
                self.in_list(open, list);
            }
            ExprKind::Between { operand, low, high, .. } => {
                self.expr(operand);
                self.expr(low);
                self.expr(high);
            }
            ExprKind::Parenthesized(inner) => self.around(first, inner),
            ExprKind::Pipeline { source, operators } => self.pipeline(source.as_deref(), operators, first, last),
            ExprKind::Datatable { schema, values } => {
                self.no_gap(self.source.first(schema.span));
                self.row_schema(schema);
                self.rows(self.source.mates[last], values, schema.columns.len());
            }
            ExprKind::ExternalData { schema, uris, properties } => {
                let open = self.source.first(schema.span);
                self.no_gap(open);
                self.row_schema(schema);
                let open = self.source.mates[open] + 1;
                self.brackets(open, Apart::Lines, |m| uris.iter().for_each(|u| m.expr(u)));
                self.with(properties);
            }
            ExprKind::ToScalar { parameters, body }
            | ExprKind::ToTable { parameters, body }
            | ExprKind::Materialize { parameters, body } => {
                let open = self.source.mates[last];
                if parameters.is_empty() {
                    self.no_gap(open);
                }
                self.properties(parameters);
                self.around(open, body);
            }
            ExprKind::TypeOfRow(schema) => self.row_schema(schema),
            ExprKind::Function(function) => self.function(function, first),
            ExprKind::EntityGroup(entities) => {
                self.brackets(self.source.mates[last], Apart::Lines, |m| entities.iter().for_each(|e| m.expr(e)));
            }
        }
    }

    /// Operators on lines of their own where there are several or one does not fit.
    fn pipeline(&mut self, source: Option<&Expr>, operators: &[Operator], first: usize, last: usize) {
        let line = if operators.len() > 1 { Op::Hard } else { Op::Line };
        self.group(first, last, |m| {
            source.iter().for_each(|s| m.expr(s));
            for (index, operator) in operators.iter().enumerate() {
                if index > 0 || source.is_some() {
                    m.before(m.source.first(operator.span) - 1, &[line]);
                }
                m.operator(operator);
            }
        });
    }

    /// One expression in the parentheses at `open`: the brackets set a chain apart, which needs no depth of its own.
    fn around(&mut self, open: usize, inner: &Expr) {
        self.block(open, Op::Soft, &[], Op::Line, |m| match &inner.kind {
            ExprKind::Binary { op, .. } if let Some(chain) = Chain::of(*op) => m.chain(inner, chain, false),
            _ => m.expr(inner),
        });
    }

    /// What stands in the brackets around it: `on ( … )`, `{ … }`.
    pub(super) fn enclosed(&mut self, inner: &Expr) {
        let open = self.source.first(inner.span).saturating_sub(1);
        match self.source.kind(open) {
            TokenKind::OpenParen => self.around(open, inner),
            TokenKind::OpenBrace => self.block(open, Op::Line, &[], Op::Line, |m| m.expr(inner)),
            _ => self.expr(inner),
        }
    }

    fn literal(&mut self, first: usize, last: usize) {
        if first == last {
            return;
        }
        match self.source.kind(first) {
            TokenKind::Keyword(_) => self.dynamic(first + 2, last),
            // Neighbouring strings are one.
            TokenKind::String => self.group(first, last, |m| {
                m.before(first + 1, &[Op::Indent]);
                (first + 1..=last).for_each(|at| m.before(at, &[Op::Line]));
                m.after(last, &[Op::Dedent]);
            }),
            // The sign of the smallest long.
            _ => (first + 1..=last).for_each(|at| self.no_gap(at)),
        }
    }

    /// The JSON of `dynamic(…)`: lists of plain values fill their lines, others stand an item a line.
    fn dynamic(&mut self, first: usize, last: usize) {
        for open in first..last {
            match self.source.kind(open) {
                TokenKind::Minus => self.no_gap(open + 1),
                TokenKind::OpenBracket | TokenKind::OpenBrace => {
                    let close = self.source.mates[open];
                    let plain = (open + 1..close).all(|at| self.source.mates[at] == at);
                    let list = self.source.kind(open) == TokenKind::OpenBracket;
                    self.brackets(open, if plain && list { Apart::Filled } else { Apart::Lines }, |_| {});
                }
                _ => {}
            }
        }
    }

    /// `a and b and c`: a line an operand, the operator in front.
    fn chain(&mut self, expr: &Expr, chain: Chain, deeper: bool) {
        let (first, last) = (self.source.first(expr.span), self.source.last(expr.span));
        // Left operands of the same chain, from the outside in.
        let mut operands = Vec::new();
        let mut left = expr;
        while let ExprKind::Binary { op, op_span, left: inner, right } = &left.kind
            && Chain::of(*op) == Some(chain)
        {
            operands.push((self.source.first(*op_span), &**right));
            left = inner;
        }
        self.group(first, last, |m| {
            if deeper {
                m.before(first, &[Op::Indent]);
            }
            m.expr(left);
            for (op, operand) in operands.iter().rev() {
                m.leading(*op);
                m.before(*op, &[Op::Line]);
                m.expr(operand);
            }
            if deeper {
                m.after(last, &[Op::Dedent]);
            }
        });
    }

    /// Operators that do not break. Some of them chain to the left without end.
    fn comparison(&mut self, expr: &Expr) {
        let mut rights = Vec::new();
        let mut left = expr;
        while let ExprKind::Binary { op, left: inner, right, .. } = &left.kind
            && Chain::of(*op).is_none()
            && *op != BinaryOp::Colon
        {
            rights.push(&**right);
            left = inner;
        }
        self.expr(left);
        rights.into_iter().rev().for_each(|r| self.expr(r));
    }

    pub(super) fn call(&mut self, call: &Call) {
        self.name(&call.name);
        let open = self.source.last(call.name.span) + 1;
        // `datetime()` is one token and a call.
        if call.name.span.end == call.span.end || self.source.kind(open) != TokenKind::OpenParen {
            return;
        }
        self.no_gap(open);
        if let [Argument { name: None, value }] = &call.arguments[..] {
            return self.only_item(open, value);
        }
        let inside = |m: &mut Self| call.arguments.iter().for_each(|a| m.argument(a));
        // Arguments that come in pairs stand so.
        if matches!(call.name.text.as_str(), "case" | "bag_pack" | "pack" | "pack_dictionary") {
            let close = self.source.mates[open];
            let starts: Vec<usize> =
                self.source.items(open + 1, close.max(open + 2) - 1).into_iter().step_by(2).collect();
            return self.block(open, Op::Soft, &starts, Op::Line, inside);
        }
        self.brackets(open, self.apart(open), inside);
    }

    fn argument(&mut self, argument: &Argument) {
        argument.name.iter().for_each(|n| self.name(n));
        self.expr(&argument.value);
    }

    /// The list of `in`, `has_any`, `has_all`.
    fn in_list(&mut self, open: usize, list: &[Expr]) {
        match list {
            [only] => self.only_item(open, only),
            _ => self.brackets(open, self.apart(open), |m| list.iter().for_each(|e| m.expr(e))),
        }
    }

    /// One item in parentheses. Where it has brackets of its own it takes no lines from these.
    fn only_item(&mut self, open: usize, item: &Expr) {
        let has_brackets = match &item.kind {
            ExprKind::Call(call) => !call.arguments.is_empty(),
            ExprKind::Literal(_) => self.source.is_keyword(self.source.first(item.span), Keyword::Dynamic),
            ExprKind::Parenthesized(_)
            | ExprKind::ToScalar { .. }
            | ExprKind::ToTable { .. }
            | ExprKind::Materialize { .. }
            | ExprKind::Datatable { .. } => true,
            _ => false,
        };
        if has_brackets { self.expr(item) } else { self.around(open, item) }
    }

    /// Literals fill their lines.
    fn apart(&self, open: usize) -> Apart {
        use TokenKind::*;
        let literal =
            |at| matches!(self.source.kind(at), String | Long | Real | Timespan | Guid | Typed(_) | Bool | Comma);
        if (open + 1..self.source.mates[open]).all(literal) { Apart::Filled } else { Apart::Lines }
    }

    /// The values of a `datatable`: a row a line.
    fn rows(&mut self, open: usize, values: &[Expr], columns: usize) {
        let inside = |m: &mut Self| values.iter().for_each(|v| m.expr(v));
        if columns < 2 || values.len() <= columns {
            return self.brackets(open, Apart::Filled, inside);
        }
        let close = self.source.mates[open];
        let starts: Vec<usize> = self.source.items(open + 1, close - 1).into_iter().step_by(columns).collect();
        self.block(open, Op::Hard, &starts, Op::Hard, inside);
    }

    /// `name=value` before other operands.
    pub(super) fn properties(&mut self, properties: &[Property]) {
        for property in properties {
            self.name(&property.name);
            let equal = self.source.last(property.name.span) + 1;
            if self.source.kind(equal) == TokenKind::Equal {
                self.close_to_both(equal);
            }
            property.values.iter().for_each(|v| self.expr(v));
        }
    }

    /// `with (name=value, …)`
    pub(super) fn with(&mut self, properties: &[Property]) {
        let Some(first) = properties.first() else { return };
        let open = self.source.first(first.name.span) - 1;
        if self.source.kind(open) != TokenKind::OpenParen {
            return self.properties(properties);
        }
        let starts: Vec<usize> = properties.iter().map(|p| self.source.first(p.name.span)).collect();
        self.block(open, Op::Soft, &starts, Op::Line, |m| m.properties(properties));
    }
}

/// Operators whose operands stand on lines of their own when they do not fit one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Chain {
    Or,
    And,
    Sum,
    Product,
}

impl Chain {
    fn of(op: BinaryOp) -> Option<Chain> {
        Some(match op {
            BinaryOp::Or => Chain::Or,
            BinaryOp::And => Chain::And,
            BinaryOp::Add | BinaryOp::Subtract => Chain::Sum,
            BinaryOp::Multiply | BinaryOp::Divide | BinaryOp::Modulo => Chain::Product,
            _ => return None,
        })
    }
}
