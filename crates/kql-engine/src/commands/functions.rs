//! `.create function` and its kin, `.drop function`.

use super::reply::text;
use super::{Context, Reply};
use crate::databases::{Database, Function};
use crate::errors::Failure;
use crate::function_files::{description, is_true, is_view};
use kql_diagnostic::{Diagnostic, code};
use kql_syntax::ast::{Define, DefineFunction, Name};
use kql_types::Value;
use std::sync::Arc;

/// <https://learn.microsoft.com/kusto/management/show-functions>
pub(super) const FUNCTIONS: &str = "Name Parameters Body Folder DocString";
/// <https://learn.microsoft.com/kusto/management/drop-function>
pub(super) const DROPPED: &str = "Name";

/// `.create function`: fails when it is there, unless `ifnotexists` is given; `.create-or-alter function`;
/// `.alter function`: fails when it is not there. The body is bound, unless `skipvalidation = true`.
pub(super) fn define(defined: &DefineFunction, context: &Context<'_>) -> Result<Reply, Failure> {
    let name = &defined.name;
    if context.session.is_built_in(&name.text) {
        let message = format!("'{}' is the name of a built-in function", name.text);
        return Err(Diagnostic::error(code::BUILT_IN_NAME, name.span, message).into());
    }
    let known = context.session.databases();
    match (known.own.functions.get(name.text.as_str()), defined.how) {
        (Some(function), Define::Create) if defined.if_not_exists => {
            return Ok(Reply::new(FUNCTIONS).with(row(&name.text, function)));
        }
        (Some(_), Define::Create) => {
            let message = format!("a function '{}' exists already", name.text);
            let help = "write .create-or-alter function to replace it, or ifnotexists to keep it";
            return Err(Diagnostic::error(code::ENTITY_EXISTS, name.span, message).with_help(help).into());
        }
        (None, Define::Alter) => return Err(no_function(&known.own, name, context).into()),
        _ => {}
    }
    if !is_true(&defined.properties, "skipvalidation") {
        validate(defined, context)?;
    }
    let function = Function {
        parameters: Arc::from(defined.parameters.as_str()),
        body: Arc::from(defined.body.as_str()),
        view: is_view(&defined.properties),
        described: description(&defined.properties),
    };
    let reply = Reply::new(FUNCTIONS).with(row(&name.text, &function));
    context.session.change(|databases| {
        databases.own.functions.insert(Arc::from(name.text.as_str()), function);
        databases.version += 1;
        Ok(reply)
    })
}

/// Binds the body as a function of a query: what is wrong in it is said where it stands.
fn validate(defined: &DefineFunction, context: &Context<'_>) -> Result<(), Failure> {
    let head = format!("let {} = {} ", "__validated", defined.parameters);
    let checked = context.session.check_function(&format!("{head}{};\nprint 0", defined.body));
    let Some(error) = checked.into_iter().find(Diagnostic::is_error) else { return Ok(()) };
    // From the place in the text that was bound to the one in the command.
    let start = defined.function.body_span.start;
    let before = u32::try_from(head.len()).unwrap_or(u32::MAX);
    let moved = |span: kql_diagnostic::Span| match span.start.checked_sub(before) {
        Some(offset) => kql_diagnostic::Span { start: start + offset, end: start + span.end.saturating_sub(before) },
        None => defined.name.span,
    };
    let span = moved(error.span);
    let fits = span.end <= defined.function.body_span.end;
    Err(Diagnostic { span: if fits { span } else { context.span }, labels: Vec::new(), ..error }.into())
}

/// `.drop function F [ifexists]`
pub(super) fn drop_functions(functions: &[Name], if_exists: bool, context: &Context<'_>) -> Result<Reply, Failure> {
    context.session.change(|databases| {
        let own = &mut databases.own;
        let mut reply = Reply::new(DROPPED);
        for name in functions {
            match own.functions.remove(name.text.as_str()) {
                Some(_) => reply.push(vec![text(name.text.as_str())]),
                None if if_exists => {}
                None => return Err(no_function(own, name, context).into()),
            }
        }
        databases.version += 1;
        Ok(reply)
    })
}

/// `.alter function F folder 'f'`, `.alter function F docstring 'd'`.
pub(super) fn describe(name: &Name, docstring: bool, says: &str, context: &Context<'_>) -> Result<Reply, Failure> {
    context.session.change(|databases| {
        let own = &mut databases.own;
        let Some(function) = own.functions.get_mut(name.text.as_str()) else {
            return Err(no_function(own, name, context).into());
        };
        if docstring {
            function.described.docstring = says.to_owned();
        } else {
            function.described.folder = says.to_owned();
        }
        Ok(Reply::new(FUNCTIONS).with(row(&name.text, function)))
    })
}

/// `Name Parameters Body Folder DocString`.
pub(super) fn row(name: &str, function: &Function) -> Vec<Value> {
    vec![
        text(name),
        text(&*function.parameters),
        text(&*function.body),
        text(function.described.folder.clone()),
        text(function.described.docstring.clone()),
    ]
}

pub(super) fn no_function(own: &Database, name: &Name, context: &Context<'_>) -> Diagnostic {
    let known: Vec<&str> = own.functions.keys().map(|n| &**n).collect();
    context.not_found("function", &name.text, &known)
}
