//! `.create function`, `.create-or-alter function`, `.alter function`, `.drop function`.

use super::{Read, define, description, entities, entity, maybe, word};
use crate::ast::{Action, DefineFunction, FunctionExpr};
use crate::lex::TokenKind;
use crate::parse::input::Tokens;
use crate::parse::statements::block;
use crate::parse::{property, schema};

/// What follows the verb.
pub(super) fn function<'a>(verb: &str, i: Tokens<'a>) -> Read<'a> {
    let (i, _) = word(i)?;
    if verb == "drop" {
        let (i, functions) = entities(i)?;
        let (i, if_exists) = maybe(i, &["ifexists"]);
        return Some((i, Action::DropFunctions { functions, if_exists }));
    }
    let how = define(verb)?;
    let (i, if_not_exists) = maybe(i, &["ifnotexists"]);
    let (i, properties) = property::with_clause(i).ok()?;
    let (i, name) = entity(i)?;
    if let Some((i, docstring, text)) = description(i) {
        return Some((i, Action::Describe { name, function: true, docstring, text }));
    }
    let start = i.peek();
    let (i, parameters) = schema::parameters(i).ok()?;
    let parameter_text = i.since(start).text(i.shared.query).to_owned();
    let brace = i.peek();
    let (i, (statements, body)) = block(i, TokenKind::OpenBrace, TokenKind::CloseBrace).ok()?;
    let body_span = i.since(brace);
    let function = FunctionExpr { view: false, parameters, statements, body, body_span };
    let body = body_span.text(i.shared.query).to_owned();
    let defined = DefineFunction { how, if_not_exists, properties, name, parameters: parameter_text, body, function };
    Some((i, Action::DefineFunction(Box::new(defined))))
}
