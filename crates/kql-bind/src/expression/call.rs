//! Calls of functions.

use crate::binder::{Aggregation, Binder};
use crate::bound::{Expr, ExprKind};
use crate::convert::convert;
use crate::overload::{self, Chosen, Misfit};
use crate::scope::{Entity, TableEntity};
use kql_diagnostic::{Diagnostic, Span, code};
use kql_syntax::ast;
use kql_types::function::{FunctionKind, FunctionSpec, Support};
use kql_types::signature::{ArgumentForm, TypeClass};
use kql_types::{Column, ScalarType};
use std::sync::Arc;

/// A bound argument.
#[derive(Clone, Debug)]
pub(crate) enum Arg<'s> {
    /// A scalar.
    Scalar(Expr),
    /// A table.
    Table(TableEntity),
    /// `*`
    Star(Span),
    /// `typeof(long)`
    Type(ScalarType, Span),
    /// `typeof(*, x:long)`
    RowType(&'s ast::RowSchemaExpr),
    /// Could not be bound; reported.
    Missing(Span),
}

impl Arg<'_> {
    /// The type of a scalar.
    pub(crate) fn ty(&self) -> Option<ScalarType> {
        match self {
            Arg::Scalar(e) => Some(e.ty),
            Arg::Missing(_) => Some(ScalarType::Unknown),
            _ => None,
        }
    }

    /// Where it stands.
    pub(crate) fn span(&self) -> Span {
        match self {
            Arg::Scalar(e) => e.span,
            Arg::Table(t) => t.table.span,
            Arg::Star(span) | Arg::Type(_, span) | Arg::Missing(span) => *span,
            Arg::RowType(schema) => schema.span,
        }
    }
}

impl<'s> Binder<'s> {
    /// A call: of a function of the script, a built-in one, or one of the database.
    pub(crate) fn call_entity(&mut self, call: &'s ast::Call) -> Entity<'s> {
        self.observe_name(call.name.span);
        match self.find(&call.name.text) {
            Some(Entity::Function(closure)) => return self.call_closure(&closure, call, None),
            Some(Entity::Pattern(pattern)) => return self.pattern_call(pattern, call, None),
            _ => {}
        }
        if let Some(entity) = self.reference_call(call) {
            return entity;
        }
        if let Some(value) = self.special(call) {
            return self.scalar_entity(value);
        }
        let name = call.name.text.as_str();
        if self.row.aggregation == Aggregation::Collected
            && let Some(spec) = self.catalog.aggregate(name)
            && (self.catalog.scalar_function(name).is_none() || self.is_aggregate_call(call))
        {
            let value = self.collect(spec, call);
            return self.scalar_entity(value);
        }
        if let Some(spec) = self.catalog.scalar_function(name).filter(|f| !f.name.starts_with("__")) {
            let value = self.scalar_call(spec, call);
            return self.scalar_entity(value);
        }
        let home = self.home.clone();
        if let Some(closure) = self.stored_function(home.as_deref(), name) {
            return self.call_closure(&closure, call, None);
        }
        if let Some(service) = self.catalog.service_function(name) {
            return Entity::Table(self.call_service(&service, call));
        }
        if self.catalog.aggregate(name).is_some() {
            let message = format!("the aggregation function '{name}' cannot stand here");
            self.error_help(code::AGGREGATE_HERE, call.name.span, message, "aggregate first: summarize …");
            return Entity::Error;
        }
        for argument in &call.arguments {
            self.entity(&argument.value);
        }
        if self.is_full() {
            return Entity::Error;
        }
        let names = self.catalog.function_names().into_iter();
        let words = names.filter(|n| n.starts_with(|c: char| c.is_ascii_alphabetic()));
        let mut known: Vec<Arc<str>> = words.map(Arc::from).collect();
        known.extend(self.catalog.stored_function_names(self.home.as_deref()));
        for (name, entity) in self.scopes.visible(self.scope) {
            if matches!(entity, Entity::Function(_)) {
                known.push(Arc::from(name));
            }
        }
        let message = format!("the name '{name}' does not refer to any known function");
        let diagnostic = Diagnostic::error(code::UNKNOWN_FUNCTION, call.name.span, message)
            .did_you_mean(name, known.iter().map(|n| &**n));
        self.report(diagnostic);
        Entity::Error
    }

    /// A call of a built-in scalar or window function.
    pub(crate) fn scalar_call(&mut self, spec: &'static FunctionSpec, call: &'s ast::Call) -> Expr {
        let args = self.arguments(call);
        self.apply(spec, args, call)
    }

    /// Binds arguments as what they are.
    pub(crate) fn arguments(&mut self, call: &'s ast::Call) -> Vec<Arg<'s>> {
        let mut args = Vec::with_capacity(call.arguments.len());
        for argument in &call.arguments {
            let arg = self.argument(&argument.value);
            args.push(arg);
        }
        args
    }

    /// Binds one argument.
    pub(crate) fn argument(&mut self, e: &'s ast::Expr) -> Arg<'s> {
        match &e.kind {
            ast::ExprKind::Star => Arg::Star(e.span),
            ast::ExprKind::TypeOf(ty) => Arg::Type(ty.ty, e.span),
            ast::ExprKind::TypeOfRow(schema) => Arg::RowType(schema),
            ast::ExprKind::Missing => Arg::Missing(e.span),
            ast::ExprKind::Literal(literal) => Arg::Scalar(self.literal(&literal.value, e.span)),
            _ => match self.entity(e) {
                Entity::Table(table) => Arg::Table(table),
                Entity::Error => Arg::Missing(e.span),
                entity => Arg::Scalar(self.demand_scalar(entity, e.span)),
            },
        }
    }

    /// Chooses the overload, converts the arguments, and makes the call.
    pub(crate) fn apply(&mut self, spec: &'static FunctionSpec, args: Vec<Arg<'s>>, call: &'s ast::Call) -> Expr {
        self.check_support(spec, call.name.span);
        if spec.kind == FunctionKind::Window {
            self.windows += 1;
            self.check_window(spec, call.name.span);
        }
        let Some(chosen) = self.choose(spec, &args, call) else { return self.missing(call.span) };
        if let Some(value) = self.special_result(spec, &chosen, &args, call) {
            return value;
        }
        let Some(results) = overload::result_types(&chosen, &args) else {
            self.error(code::INTERNAL, call.span, format!("the result type of '{}' is not known", spec.name));
            return self.missing(call.span);
        };
        let arguments = self.convert_arguments(&chosen, args);
        self.check_constants(spec, &arguments);
        let mut results = results;
        if results.len() == 1
            && let Some((_, ty)) = results.first_mut()
        {
            *ty = self.type_of_model(spec, *ty, &arguments);
        }
        let ty = results.first().map_or(ScalarType::Unknown, |(_, ty)| *ty);
        let kind = ExprKind::Call { function: spec, arguments, results: Arc::from(results) };
        Expr { kind, ty, span: call.span }
    }

    /// What constant arguments must satisfy beyond their types: regular expressions, formats.
    pub(crate) fn check_constants(&mut self, spec: &'static FunctionSpec, arguments: &[Expr]) {
        let Some(check) = spec.check else { return };
        let values: Vec<_> = arguments.iter().map(crate::convert::literal).collect();
        if let Err(wrong) = check(&values) {
            let span = arguments.get(wrong.argument).map_or(Span::default(), |a| a.span);
            self.refused_by_engine(wrong.code, span, wrong.message);
        }
    }

    /// The overload, or a report why there is none.
    pub(crate) fn choose(
        &mut self,
        spec: &'static FunctionSpec,
        args: &[Arg<'s>],
        call: &'s ast::Call,
    ) -> Option<Chosen> {
        match overload::choose(spec, args) {
            Ok(chosen) => {
                if chosen.mixed {
                    let message = format!("the arguments of '{}' have no type in common", spec.name);
                    self.error_help(code::BRANCH_TYPES, call.span, message, "convert them to one type");
                }
                Some(chosen)
            }
            Err(Misfit::Count(min, max)) => {
                let takes = match (min, max) {
                    (0, 0) => "no arguments".to_owned(),
                    (1, 1) => "1 argument".to_owned(),
                    (min, max) if min == max => format!("{min} arguments"),
                    (min, max) if max > 1000 => format!("at least {min} arguments"),
                    (min, max) => format!("{min} to {max} arguments"),
                };
                let message = format!("the function '{}' takes {takes}, not {}", call.name.text, args.len());
                let variadic = spec.overloads().iter().any(|s| s.parameters.iter().any(|p| p.repeat.is_some()));
                let code = if variadic { code::VARIADIC_COUNT } else { code::ARGUMENT_COUNT };
                self.error(code, call.span, message);
                None
            }
            Err(Misfit::Argument(at, needed)) => {
                let arg = args.get(at);
                let got = match arg {
                    Some(Arg::Scalar(e)) => e.ty.name(),
                    Some(Arg::Table(_)) => "a table",
                    Some(Arg::Star(_)) => "'*'",
                    Some(Arg::Type(..) | Arg::RowType(..)) => "a type",
                    Some(Arg::Missing(_)) | None => "nothing",
                };
                let span = arg.map_or(call.span, Arg::span);
                let message = format!("argument {} of '{}' must be {needed}, not {got}", at + 1, call.name.text);
                if got == "dynamic" {
                    let message = format!("argument {} of '{}' cannot be dynamic", at + 1, call.name.text);
                    let help = "convert it: tostring(…), tolong(…), todatetime(…)";
                    self.error_help(code::OPERAND, span, message, help);
                    return None;
                }
                let code = if needed.starts_with("a number") {
                    code::NOT_NUMERIC
                } else if matches!(arg, Some(Arg::Table(_))) {
                    code::TABULAR_IN_SCALAR
                } else {
                    code::OPERAND
                };
                self.error(code, span, message);
                None
            }
            Err(Misfit::Form(at, form)) => {
                let (code, what) = match form {
                    ArgumentForm::Literal => (code::NOT_LITERAL, "a literal"),
                    ArgumentForm::Column => (code::OPERAND, "a column"),
                    ArgumentForm::Constant | ArgumentForm::Any => (code::NOT_CONSTANT, "a constant"),
                };
                let span = args.get(at).map_or(call.span, Arg::span);
                self.error(code, span, format!("argument {} of '{}' must be {what}", at + 1, call.name.text));
                None
            }
        }
    }

    /// Converts the arguments to what the parameters take.
    pub(crate) fn convert_arguments(&mut self, chosen: &Chosen, args: Vec<Arg<'s>>) -> Vec<Expr> {
        let widest = chosen.signature.result == kql_types::signature::ResultType::Widest;
        let wide = args
            .iter()
            .filter_map(Arg::ty)
            .filter(|t| t.is_number())
            .fold(ScalarType::Long, crate::convert::arithmetic);
        let first = args.first().and_then(Arg::ty);
        let mut out = Vec::with_capacity(args.len());
        for (parameter, arg) in chosen.parameters.iter().zip(args) {
            let e = match arg {
                Arg::Scalar(e) => e,
                Arg::Missing(span) => self.missing(span),
                Arg::Star(span) => {
                    let columns = self.row.columns.as_ref().map(|c| Arc::clone(&c.columns)).unwrap_or_default();
                    let column = |c: &Column| Expr { kind: ExprKind::Column(Arc::clone(&c.name)), ty: c.ty, span };
                    out.extend(columns.iter().map(column));
                    continue;
                }
                // Types and tables are no values: the result type says what they said, and tables are special functions'.
                Arg::Type(..) | Arg::RowType(..) | Arg::Table(_) => continue,
            };
            out.push(match &parameter.class {
                TypeClass::OneOf(types) if !types.contains(&e.ty) => {
                    let to = types.iter().copied().find(|t| crate::convert::promotes(e.ty, *t));
                    convert(e, to.unwrap_or(types.first().copied().unwrap_or(ScalarType::Unknown)))
                }
                TypeClass::Common => convert(e, chosen.common.unwrap_or(ScalarType::Unknown)),
                TypeClass::Same => match first {
                    Some(first) if e.ty != first && crate::convert::promotes(e.ty, first) => convert(e, first),
                    _ => e,
                },
                TypeClass::Number if widest => convert(e, wide),
                _ => e,
            });
        }
        out
    }

    /// Refuses to run what nothing computes.
    pub(crate) fn check_support(&mut self, spec: &'static FunctionSpec, span: Span) {
        match spec.support {
            Support::Full => {}
            Support::CheckOnly(reason) => {
                self.cannot_run(code::UNSUPPORTED, span, format!("'{}' cannot be run here yet: {reason}", spec.name));
            }
            Support::Given(how) => {
                if !self.catalog.is_given(spec.name) {
                    let message = format!("'{}' needs data that is not here: {how}", spec.name);
                    self.cannot_run(code::UNSUPPORTED, span, message);
                }
            }
            Support::Cloud(reason) => {
                self.cannot_run(code::NEEDS_CLOUD, span, format!("'{}' needs the cloud: {reason}", spec.name));
            }
        }
    }

    /// Window functions need rows in order.
    fn check_window(&mut self, spec: &'static FunctionSpec, span: Span) {
        if self.row.level != 0 && !self.row.serialized {
            let message = format!("the rows that '{}' reads are in no order", spec.name);
            if self.options.run {
                self.error_help(code::OPERAND, span, message, "put `sort by …` or `serialize` before it");
            } else {
                let warning = Diagnostic::warning(code::OPERAND, span, message);
                self.report(warning.with_help("put `sort by …` or `serialize` before it"));
            }
        }
    }
}
