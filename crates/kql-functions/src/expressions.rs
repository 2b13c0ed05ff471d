//! Runs scalar expressions of tests without a binder: every call once with constants and once with columns, whose answers
//! must agree.
//!
//! The grammar is that of most examples: literals, calls, the arithmetic operators and parentheses. Overloads are chosen
//! roughly as the binder does.

use crate::conversion::convert;
use crate::{Call, ScalarFunction, arrow_type, function};
use arrow::array::ArrayRef;
use datafusion_common::ScalarValue;
use datafusion_expr::ColumnarValue;
use kql_types::signature::{ArgumentForm, Parameter, ResultType, Signature, TypeClass};
use kql_types::{ScalarType, Value, datetime, decimal, dynamic, guid, number, timespan};

const ROWS: usize = 3;

#[derive(Clone)]
struct Typed {
    value: ColumnarValue,
    ty: ScalarType,
}

/// Checks expressions against their answers in v1 JSON.
#[track_caller]
pub(crate) fn check(cases: &[(&str, &str)]) {
    for (text, answer) in cases {
        assert_eq!(run(text).as_deref(), Ok(*answer), "{text}");
    }
}

/// The answer of an expression, or why there is none. Panics when constants and columns disagree.
pub(crate) fn run(text: &str) -> Result<String, String> {
    let constants = evaluate(text, false)?;
    let columns = evaluate(text, true)?;
    let deterministic = !text.contains("rand") && !text.contains("new_guid");
    if deterministic {
        assert!(columns.iter().all(|c| *c == constants[0]), "constants {constants:?} and columns {columns:?}: {text}");
    }
    Ok(constants.into_iter().next().unwrap_or_default())
}

fn evaluate(text: &str, columns: bool) -> Result<Vec<String>, String> {
    let mut parser = Parser { text, at: 0, columns };
    let typed = parser.expression(0)?;
    parser.blanks();
    if parser.at < text.len() {
        return Err(format!("unread: {}", &text[parser.at..]));
    }
    let array = typed.value.to_array(if columns { ROWS } else { 1 }).map_err(|e| e.to_string())?;
    assert_eq!(array.data_type(), &arrow_type(typed.ty), "{text}");
    Ok((0..array.len()).map(|row| json(&array, typed.ty, row)).collect())
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    columns: bool,
}

impl<'a> Parser<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn blanks(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start().len();
    }

    fn eat(&mut self, mark: char) -> bool {
        self.blanks();
        let found = self.rest().starts_with(mark);
        self.at += if found { mark.len_utf8() } else { 0 };
        found
    }

    fn expression(&mut self, level: usize) -> Result<Typed, String> {
        let operators: &[char] = match level {
            0 => &['+', '-'],
            1 => &['*', '/', '%'],
            _ => return self.operand(),
        };
        let mut left = self.expression(level + 1)?;
        loop {
            let Some(op) = operators.iter().find(|op| self.eat(**op)) else { return Ok(left) };
            let right = self.expression(level + 1)?;
            left = self.call(&op.to_string(), vec![left, right])?;
        }
    }

    fn operand(&mut self) -> Result<Typed, String> {
        self.blanks();
        let rest = self.rest();
        let first = rest.chars().next().ok_or("operand missing")?;
        if first == '-' {
            self.at += 1;
            let operand = self.operand()?;
            return self.call("-", vec![operand]);
        }
        if self.eat('(') {
            let inner = self.expression(0)?;
            return if self.eat(')') { Ok(inner) } else { Err("')' missing".to_owned()) };
        }
        if first.is_ascii_digit() {
            return self.number();
        }
        if first == '\'' || first == '"' || first == '@' {
            let text = self.string()?;
            return Ok(self.literal(Value::String(text)));
        }
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        let name = &rest[..end];
        self.at += end;
        match name {
            "" => return Err(format!("operand expected at {rest}")),
            "true" | "false" => return Ok(self.literal(Value::Bool(Some(name == "true")))),
            _ => {}
        }
        if !self.eat('(') {
            return Err(format!("name {name}"));
        }
        if let Some(ty) = ScalarType::from_name(name) {
            return self.typed_literal(ty);
        }
        let mut arguments = Vec::new();
        while !self.eat(')') {
            if !arguments.is_empty() && !self.eat(',') {
                return Err(format!("',' expected at {}", self.rest()));
            }
            arguments.push(self.expression(0)?);
        }
        self.call(name, arguments)
    }

    fn number(&mut self) -> Result<Typed, String> {
        let rest = self.rest();
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '.').unwrap_or(rest.len());
        let mut text = &rest[..end];
        if text.ends_with(['e', 'E']) && !text.starts_with("0x") {
            let more = rest[end + 1..].find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len() - end - 1);
            text = &rest[..end + 1 + more];
        }
        self.at += text.len();
        let value = if let Some(long) = number::parse_long(text) {
            Value::Long(Some(long))
        } else if let Some(ticks) = timespan::parse_literal(text) {
            Value::Timespan(Some(ticks))
        } else {
            Value::Real(Some(number::parse_real(text).ok_or(format!("number {text}"))?))
        };
        Ok(self.literal(value))
    }

    fn string(&mut self) -> Result<String, String> {
        let verbatim = self.eat('@');
        let rest = self.rest();
        let quote = rest.chars().next().ok_or("string missing")?;
        let mut out = String::new();
        let mut chars = rest.char_indices().skip(1);
        while let Some((at, c)) = chars.next() {
            if c == quote {
                self.at += at + 1;
                return Ok(out);
            }
            if c == '\\' && !verbatim {
                match chars.next() {
                    Some((_, 'n')) => out.push('\n'),
                    Some((_, 't')) => out.push('\t'),
                    Some((_, c @ ('\\' | '\'' | '"'))) => out.push(c),
                    _ => return Err("escape".to_owned()),
                }
            } else {
                out.push(c);
            }
        }
        Err("string is not closed".to_owned())
    }

    fn typed_literal(&mut self, ty: ScalarType) -> Result<Typed, String> {
        let rest = self.rest();
        let mut depth = 1;
        let end = rest
            .find(|c| {
                depth += i32::from(c == '(') - i32::from(c == ')');
                depth == 0
            })
            .ok_or("')' missing")?;
        let content = rest[..end].trim();
        self.at += end + 1;
        let read = |value: Option<Value>| value.ok_or(format!("literal {content}"));
        let value = match ty {
            _ if content == "null" => Value::null(ty),
            ScalarType::Bool => read(number::parse_bool(content).map(|v| Value::Bool(Some(v))))?,
            ScalarType::Int => read(number::parse_int(content).map(|v| Value::Int(Some(v))))?,
            ScalarType::Long => read(number::parse_long(content).map(|v| Value::Long(Some(v))))?,
            ScalarType::Real => read(number::parse_real(content).map(|v| Value::Real(Some(v))))?,
            ScalarType::Decimal => read(decimal::parse(content).map(|v| Value::Decimal(Some(v))))?,
            ScalarType::Datetime => read(datetime::parse_literal(content).map(|v| Value::Datetime(Some(v))))?,
            ScalarType::Timespan => read(timespan::parse_literal(content).map(|v| Value::Timespan(Some(v))))?,
            ScalarType::Guid => read(guid::parse(content).map(|v| Value::Guid(Some(v))))?,
            ScalarType::Dynamic => {
                let json = if content.contains('"') { content.to_owned() } else { content.replace('\'', "\"") };
                read(dynamic::canonical(&json).map(|v| Value::Dynamic((v != "null").then_some(v))))?
            }
            _ => return Err(format!("{ty} literal")),
        };
        Ok(self.literal(value))
    }

    fn literal(&self, value: Value) -> Typed {
        let ty = value.scalar_type();
        let scalar = scalar(value);
        let value = if self.columns {
            ColumnarValue::Array(scalar.to_array_of_size(ROWS).unwrap())
        } else {
            ColumnarValue::Scalar(scalar)
        };
        Typed { value, ty }
    }

    fn call(&self, name: &str, arguments: Vec<Typed>) -> Result<Typed, String> {
        let function = function(name).ok_or(format!("function {name}"))?;
        let types: Vec<_> = arguments.iter().map(|a| a.ty).collect();
        let best = function
            .spec
            .overloads()
            .iter()
            .filter_map(|s| fit(s, &types).map(|(cost, parameters)| (cost, s, parameters)))
            .min_by_key(|(cost, _, _)| *cost);
        let (_, signature, parameters) = best.ok_or(format!("no overload of {name} for {types:?}"))?;
        invoke(function, signature, &parameters, arguments)
    }
}

/// Every argument's parameter and the number of conversions, when the signature takes these arguments.
fn fit<'s>(signature: &'s Signature, types: &[ScalarType]) -> Option<(usize, Vec<&'s Parameter>)> {
    if types.len() < signature.min_arguments() || types.len() > signature.max_arguments() {
        return None;
    }
    let parameters = &signature.parameters;
    let single = parameters.iter().filter(|p| p.repeat.is_none());
    let required = single.clone().filter(|p| !p.optional).count();
    let group: Vec<_> = parameters.iter().filter(|p| p.repeat.is_some()).collect();
    let mut list: Vec<&Parameter> = Vec::new();
    if group.is_empty() {
        list.extend(parameters.iter().take(types.len()));
    } else {
        let first = parameters.iter().position(|p| p.repeat.is_some())?;
        list.extend(parameters[..first].iter());
        let after = &parameters[first + group.len()..];
        let repeated = types.len().checked_sub(required)?;
        list.extend((0..repeated).map(|i| group[i % group.len()]));
        list.extend(after.iter().filter(|p| !p.optional));
    }
    let mut cost = 0;
    for (parameter, ty) in list.iter().zip(types) {
        cost += fits(&parameter.class, *ty, types)?;
    }
    Some((cost, list))
}

fn fits(class: &TypeClass, ty: ScalarType, types: &[ScalarType]) -> Option<usize> {
    use ScalarType as T;
    let yes = |b: bool| b.then_some(0);
    match class {
        TypeClass::OneOf(list) if list.contains(&ty) => Some(0),
        TypeClass::OneOf(list) => match ty {
            T::Dynamic => Some(2),
            T::Int if list.contains(&T::Long) => Some(1),
            T::Int | T::Long if list.contains(&T::Real) => Some(1),
            _ => None,
        },
        TypeClass::Scalar | TypeClass::Any => Some(0),
        TypeClass::Number => yes(ty.is_number()).or((ty == T::Dynamic).then_some(2)),
        TypeClass::NumberOrBool => yes(ty.is_number() || ty == T::Bool),
        TypeClass::Integer => yes(matches!(ty, T::Int | T::Long)),
        TypeClass::Summable => yes(ty.is_summable()),
        TypeClass::Orderable | TypeClass::NotDynamic => yes(ty != T::Dynamic),
        TypeClass::Text => yes(matches!(ty, T::String | T::Dynamic)),
        TypeClass::Array | TypeClass::Bag => yes(ty == T::Dynamic),
        TypeClass::Common => Some(0),
        TypeClass::Same => yes(types.first() == Some(&ty)),
        TypeClass::Type | TypeClass::Table => None,
    }
}

fn common(types: impl Iterator<Item = ScalarType>) -> ScalarType {
    types
        .reduce(|a, b| match (a, b) {
            (ScalarType::Dynamic, other) | (other, ScalarType::Dynamic) => other,
            (ScalarType::Int, ScalarType::Long) | (ScalarType::Long, ScalarType::Int) => ScalarType::Long,
            (ScalarType::Real, _) | (_, ScalarType::Real) => ScalarType::Real,
            (a, _) => a,
        })
        .unwrap_or(ScalarType::Dynamic)
}

fn invoke(
    function: &'static ScalarFunction,
    signature: &Signature,
    parameters: &[&Parameter],
    arguments: Vec<Typed>,
) -> Result<Typed, String> {
    let error = |e: datafusion_common::DataFusionError| e.to_string();
    let types: Vec<_> = arguments.iter().map(|a| a.ty).collect();
    let shared = common(parameters.iter().zip(&types).filter(|(p, _)| p.class == TypeClass::Common).map(|(_, t)| *t));
    let mut values = Vec::new();
    let mut converted = Vec::new();
    for (parameter, argument) in parameters.iter().zip(&arguments) {
        let to = match &parameter.class {
            TypeClass::OneOf(list) if !list.contains(&argument.ty) => {
                *[ScalarType::Long, ScalarType::Real].iter().find(|t| list.contains(t)).unwrap_or(&list[0])
            }
            TypeClass::Common => shared,
            _ => argument.ty,
        };
        let mut value = convert(&argument.value, argument.ty, to).map_err(error)?;
        if let (ArgumentForm::Constant | ArgumentForm::Literal, ColumnarValue::Array(array)) = (parameter.form, &value)
        {
            value = ColumnarValue::Scalar(ScalarValue::try_from_array(array, 0).map_err(error)?);
        }
        values.push(value);
        converted.push(to);
    }
    let widest = || {
        let numbers = types.iter().copied().filter(|t| t.is_number());
        numbers.max().unwrap_or(ScalarType::Long).max(ScalarType::Long)
    };
    let result = match &signature.result {
        ResultType::Is(ty) => *ty,
        ResultType::Argument(n) => converted[*n],
        ResultType::Promoted(n) if converted[*n] == ScalarType::Int => ScalarType::Long,
        ResultType::Promoted(n) => converted[*n],
        ResultType::Common => shared,
        ResultType::Widest => widest(),
        other => return Err(format!("result {other:?}")),
    };
    let rows = values.iter().map(|v| if let ColumnarValue::Array(a) = v { a.len() } else { 1 }).max().unwrap_or(1);
    let results = [(String::new(), result)];
    let call = Call { arguments: &converted, result, results: &results, rows };
    let value = (function.kernel)(&call, &values).map_err(error)?;
    Ok(Typed { value, ty: result })
}

fn scalar(value: Value) -> ScalarValue {
    match value {
        Value::Bool(v) => ScalarValue::Boolean(v),
        Value::Int(v) => ScalarValue::Int32(v),
        Value::Long(v) | Value::Datetime(v) | Value::Timespan(v) => ScalarValue::Int64(v),
        Value::Real(v) => ScalarValue::Float64(v),
        Value::Decimal(v) => ScalarValue::Decimal256(v, decimal::PRECISION, decimal::SCALE),
        Value::String(v) => ScalarValue::Utf8View(Some(v)),
        Value::Guid(v) => ScalarValue::FixedSizeBinary(16, v.map(Vec::from)),
        Value::Dynamic(v) => ScalarValue::Utf8View(v),
    }
}

fn json(array: &ArrayRef, ty: ScalarType, row: usize) -> String {
    let mut out = String::new();
    let value = ScalarValue::try_from_array(array, row).unwrap();
    match (ty, value) {
        (_, ScalarValue::Boolean(Some(v))) => dynamic::write_bool(&mut out, v),
        (_, ScalarValue::Int32(Some(v))) => dynamic::write_long(&mut out, i64::from(v)),
        (ScalarType::Long, ScalarValue::Int64(Some(v))) => dynamic::write_long(&mut out, v),
        (ScalarType::Datetime, ScalarValue::Int64(Some(v))) => {
            out.push('"');
            datetime::write_wire(&mut out, v);
            out.push('"');
        }
        (ScalarType::Timespan, ScalarValue::Int64(Some(v))) => dynamic::write_timespan(&mut out, v),
        (_, ScalarValue::Float64(Some(v))) => number::write_real_json(&mut out, v),
        (_, ScalarValue::Decimal256(Some(v), _, _)) => dynamic::write_decimal(&mut out, v),
        (ScalarType::String, ScalarValue::Utf8View(Some(v))) => dynamic::write_quoted(&mut out, &v),
        (ScalarType::Dynamic, ScalarValue::Utf8View(Some(v))) => out.push_str(&v),
        (_, ScalarValue::FixedSizeBinary(_, Some(v))) => dynamic::write_guid(&mut out, &v.try_into().unwrap()),
        (ScalarType::String, _) => panic!("a string is null"),
        _ => out.push_str("null"),
    }
    out
}

#[test]
fn examples_give_their_answers() {
    let (mut read, mut unread) = (0, Vec::new());
    for function in crate::functions() {
        for example in function.spec.examples {
            match run(example.query) {
                Ok(answer) => {
                    read += 1;
                    assert_eq!(answer, example.answer, "{}", example.query);
                }
                Err(reason) => unread.push(format!("{}: {reason}", example.query)),
            }
        }
    }
    println!("{read} examples run; {} are beyond this grammar:\n{}", unread.len(), unread.join("\n"));
}

#[test]
fn signatures_parse_and_names_are_unique() {
    let mut names = std::collections::HashSet::new();
    for function in crate::functions() {
        let spec = &function.spec;
        for signature in spec.signatures {
            assert!(
                Signature::parse(signature).is_ok(),
                "{}: {signature}: {:?}",
                spec.name,
                Signature::parse(signature)
            );
        }
        assert!(!spec.overloads().is_empty() && !spec.doc.is_empty(), "{}", spec.name);
        for name in std::iter::once(&spec.name).chain(spec.aliases) {
            assert!(names.insert(*name), "{name} is there twice");
        }
    }
}
