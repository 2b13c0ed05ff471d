//! Gaps of a series filled: `series_fill_backward`, `series_fill_const`, `series_fill_forward`, `series_fill_linear`.
//!
//! A gap is a null element or, when a placeholder is given that is not null, an element equal to it. Elements keep the type
//! they have.

use super::number::{Number, scalar};
use crate::dynamic::cells::Cells;
use crate::dynamic::element::{array, write_array};
use crate::kernel::{bools, dynamic_map, texts};
use crate::{Call, ScalarFunction};
use datafusion_common::Result;
use datafusion_expr::ColumnarValue;
use kql_types::function::{FunctionKind, FunctionSpec, ResultName, example};

/// The placeholder of gaps: argument `index`, when the call has it.
struct Gap {
    placeholder: Option<Cells>,
}

impl Gap {
    fn argument(call: &Call, args: &[ColumnarValue], index: usize) -> Result<Self> {
        let placeholder = if args.len() > index { Some(Cells::argument(call, args, index)?) } else { None };
        Ok(Gap { placeholder })
    }

    /// What tells gaps of a row from other elements.
    fn test(&self, row: usize) -> impl Fn(&str) -> bool {
        let value = self.placeholder.as_ref().and_then(|cells| scalar(cells, row)).map(Number::real);
        move |item| match value {
            None => item == "null",
            Some(value) => {
                Number::parse(item).is_some_and(|n| n.real() == value || (value.is_nan() && n.real().is_nan()))
            }
        }
    }
}

/// Each gap filled with the last element before it, going over the elements in the order they come.
fn carry<'a>(items: impl Iterator<Item = &'a str>, is_gap: impl Fn(&str) -> bool) -> Vec<&'a str> {
    let mut last = None;
    let filled = items.map(|item| {
        if is_gap(item) {
            return last.unwrap_or(item);
        }
        last = Some(item);
        item
    });
    filled.collect()
}

pub(crate) static FILL_FORWARD: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "series_fill_forward",
        FunctionKind::Scalar,
        &["(series:array, missing_value_placeholder?:number) -> arg0"],
        "Gaps filled with the nearest element before them; gaps in front stay. \
         <https://learn.microsoft.com/kusto/query/series-fill-forward-function>",
    )
    .named(ResultName::FirstArgument)
    .examples(&[example("series_fill_forward(dynamic([null,36,41,null,null,16]))", "[null,36,41,41,41,16]")]),
    kernel: |call, args| {
        let (series, gap) = (texts(&args[0])?, Gap::argument(call, args, 1)?);
        dynamic_map(args, |row, out| {
            let Some(items) = series.get(row).and_then(array) else { return false };
            write_array(out, carry(items, gap.test(row)));
            true
        })
    },
};

pub(crate) static FILL_BACKWARD: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "series_fill_backward",
        FunctionKind::Scalar,
        &["(series:array, missing_value_placeholder?:number) -> arg0"],
        "Gaps filled with the nearest element after them; gaps at the end stay. \
         <https://learn.microsoft.com/kusto/query/series-fill-backward-function>",
    )
    .named(ResultName::FirstArgument)
    .examples(&[example(
        "series_fill_backward(dynamic([111,null,36,41,null,null,16,null]))",
        "[111,36,36,41,16,16,16,null]",
    )]),
    kernel: |call, args| {
        let (series, gap) = (texts(&args[0])?, Gap::argument(call, args, 1)?);
        dynamic_map(args, |row, out| {
            let Some(items) = series.get(row).and_then(array) else { return false };
            let items: Vec<_> = items.collect();
            let filled = carry(items.into_iter().rev(), gap.test(row));
            write_array(out, filled.into_iter().rev());
            true
        })
    },
};

pub(crate) static FILL_CONST: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "series_fill_const",
        FunctionKind::Scalar,
        &["(series:array, constant_value?:number, missing_value_placeholder?:number) -> arg0"],
        "Gaps filled with a number, 0 when it is left out. \
         <https://learn.microsoft.com/kusto/query/series-fill-const-function>",
    )
    .named(ResultName::FirstArgument)
    .examples(&[
        example("series_fill_const(dynamic([111,null,36]), 0.0)", "[111,0.0,36]"),
        example("series_fill_const(dynamic([111,0,36]), -1, 0)", "[111,-1,36]"),
    ]),
    kernel: |call, args| {
        let (series, gap) = (texts(&args[0])?, Gap::argument(call, args, 2)?);
        let value = if args.len() > 1 { Some(Cells::argument(call, args, 1)?) } else { None };
        dynamic_map(args, |row, out| {
            let Some(items) = series.get(row).and_then(array) else { return false };
            let text = constant(value.as_ref(), row, "0");
            let is_gap = gap.test(row);
            write_array(out, items.map(|item| if is_gap(item) { text.as_str() } else { item }));
            true
        })
    },
};

fn constant(cells: Option<&Cells>, row: usize, default: &str) -> String {
    let Some(cells) = cells else { return default.to_owned() };
    let mut text = String::new();
    match scalar(cells, row) {
        Some(number) => number.write(&mut text),
        None => text.push_str("null"),
    }
    text
}

pub(crate) static FILL_LINEAR: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "series_fill_linear",
        FunctionKind::Scalar,
        &["(series:array, missing_value_placeholder?:number, fill_edges?:bool, constant_value?:number) -> arg0"],
        "Gaps filled along the line between the elements on both sides; in a series of whole numbers without the fraction. \
         Gaps at the edges take the nearest element, or stay when `fill_edges` is false. A series of gaps alone is filled \
         with a number, 0.0 when it is left out. <https://learn.microsoft.com/kusto/query/series-fill-linear-function>",
    )
    .named(ResultName::FirstArgument)
    .examples(&[
        example("series_fill_linear(dynamic([null,111,null,36,41,null,null,16]))", "[111,111,73,36,41,32,24,16]"),
        example("series_fill_linear(dynamic([null,111.0,null,36.0]), real(null), false)", "[null,111.0,73.5,36.0]"),
        example("series_fill_linear(dynamic([null,null]))", "[0.0,0.0]"),
    ]),
    kernel: |call, args| {
        let (series, gap) = (texts(&args[0])?, Gap::argument(call, args, 1)?);
        let edges = args.get(2).map(bools).transpose()?;
        let value = if args.len() > 3 { Some(Cells::argument(call, args, 3)?) } else { None };
        dynamic_map(args, |row, out| {
            let Some(items) = series.get(row).and_then(array) else { return false };
            let items: Vec<_> = items.collect();
            let is_gap = gap.test(row);
            let fill_edges = edges.as_ref().is_none_or(|e| e.get(row).unwrap_or(true));
            let filled = linear(&items, is_gap, fill_edges, || constant(value.as_ref(), row, "0.0"));
            write_array(out, filled.iter().map(String::as_str));
            true
        })
    },
};

fn linear(
    items: &[&str],
    is_gap: impl Fn(&str) -> bool,
    fill_edges: bool,
    constant: impl FnOnce() -> String,
) -> Vec<String> {
    let known: Vec<(usize, Option<Number>)> =
        (0..items.len()).filter(|at| !is_gap(items[*at])).map(|at| (at, Number::parse(items[at]))).collect();
    let (Some((first, _)), Some((last, _))) = (known.first(), known.last()) else {
        let constant = constant();
        return vec![constant; items.len()];
    };
    let whole = known.iter().all(|(_, number)| matches!(number, Some(Number::Long(_))));
    let mut filled: Vec<String> = items.iter().map(|item| (*item).to_owned()).collect();
    if fill_edges {
        filled[..*first].fill(items[*first].to_owned());
        filled[last + 1..].fill(items[*last].to_owned());
    }
    for pair in known.windows(2) {
        let [(from, Some(a)), (to, Some(b))] = pair else { continue };
        let (a, b) = (a.real(), b.real());
        for (step, place) in filled[from + 1..*to].iter_mut().enumerate() {
            let value = a + (b - a) * (step + 1) as f64 / (to - from) as f64;
            place.clear();
            let number = if whole { Number::Long(value as i64) } else { Number::Real(value) };
            number.write(place);
        }
    }
    filled
}

#[cfg(test)]
mod tests {
    use crate::dynamic::testing::{b, check, d, l, r};
    use kql_types::Value;

    #[test]
    fn gaps() {
        let null = || Value::Real(None);
        #[rustfmt::skip]
        check(&[
            ("series_fill_forward", &[d("[null,1,null,2.5,null]")], "[null,1,1,2.5,2.5]"),
            ("series_fill_forward", &[d("[0,1,0,2,null]"), l(0)], "[0,1,1,2,null]"),
            ("series_fill_forward", &[d("5")], "null"),
            ("series_fill_backward", &[d("[null,1,null,2.5,null]")], "[1,1,2.5,2.5,null]"),
            ("series_fill_backward", &[d("[-1,4,-1.0]"), l(-1)], "[4,4,-1.0]"),
            ("series_fill_const", &[d("[1,null]")], "[1,0]"),
            ("series_fill_const", &[d("[1,null]"), l(5)], "[1,5]"),
            ("series_fill_const", &[d("[1,null,7]"), r(0.5), r(7.0)], "[1,null,0.5]"),
            ("series_fill_const", &[d("[]"), l(5)], "[]"),
            ("series_fill_linear", &[d("[null,111,null,36,41,null,null,16,61,33,null,null]"), null(), b(false)],
                "[null,111,73,36,41,32,24,16,61,33,null,null]"),
            ("series_fill_linear", &[d("[0,1,0,0,4]"), l(0)], "[1,1,2,3,4]"),
            ("series_fill_linear", &[d("[1.0,null,2]")], "[1.0,1.5,2]"),
            ("series_fill_linear", &[d("[-1,null,-4]")], "[-1,-2,-4]"),
            ("series_fill_linear", &[d("[null]"), null(), b(true), r(2.5)], "[2.5]"),
            ("series_fill_linear", &[d("[null]"), null(), b(true), null()], "[null]"),
            ("series_fill_linear", &[d("[]")], "[]"),
        ]);
    }
}
