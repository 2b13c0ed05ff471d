//! Columns written as text, and calls of an aggregate in every way DataFusion calls one.

use datafusion::arrow::array::{
    Array, ArrayRef, BooleanArray, Decimal256Array, FixedSizeBinaryArray, Float64Array, Int32Array, Int64Array,
    StringViewArray, StructArray, UInt32Array,
};
use datafusion::arrow::compute::take;
use datafusion::arrow::datatypes::{Field, Schema};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::function::AccumulatorArgs;
use datafusion::logical_expr::{Accumulator, AggregateUDF, EmitTo, GroupsAccumulator};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::{Column, Literal};
use kql_functions::dynamic::from_scalar;
use kql_types::{ScalarType, datetime, decimal, guid, number, timespan};
use std::sync::Arc;

/// An argument: a column, or a constant.
#[derive(Clone, Debug)]
pub(crate) struct Arg {
    pub(crate) ty: ScalarType,
    pub(crate) values: ArrayRef,
    pub(crate) constant: bool,
}

/// A column of values separated by ` | `; `null` is null, for strings the text.
pub(crate) fn column(ty: ScalarType, text: &str) -> Arg {
    let texts: Vec<&str> = if text.is_empty() { Vec::new() } else { text.split(" | ").collect() };
    let cells = texts.iter().map(|t| if *t == "null" { None } else { Some(*t) });
    fn parsed<'a, T>(cells: impl Iterator<Item = Option<&'a str>>, f: impl Fn(&str) -> Option<T>) -> Vec<Option<T>> {
        cells.map(|c| c.map(|t| f(t).unwrap_or_else(|| panic!("cell {t}")))).collect()
    }
    let values: ArrayRef = match ty {
        ScalarType::Bool => Arc::new(BooleanArray::from(parsed(cells, number::parse_bool))),
        ScalarType::Int => Arc::new(Int32Array::from(parsed(cells, number::parse_int))),
        ScalarType::Long => Arc::new(Int64Array::from(parsed(cells, number::parse_long))),
        ScalarType::Real => Arc::new(Float64Array::from(parsed(cells, number::parse_real))),
        ScalarType::Datetime => Arc::new(Int64Array::from(parsed(cells, datetime::parse))),
        ScalarType::Timespan => Arc::new(Int64Array::from(parsed(cells, timespan::parse_literal))),
        ScalarType::Decimal => Arc::new(
            Decimal256Array::from(parsed(cells, decimal::parse))
                .with_precision_and_scale(decimal::PRECISION, decimal::SCALE)
                .unwrap(),
        ),
        ScalarType::Guid => {
            let guids = parsed(cells, guid::parse);
            Arc::new(FixedSizeBinaryArray::try_from_sparse_iter_with_size(guids.into_iter(), 16).unwrap())
        }
        ScalarType::String => Arc::new(StringViewArray::from(texts)),
        _ => Arc::new(StringViewArray::from(cells.collect::<Vec<_>>())),
    };
    Arg { ty, values, constant: false }
}

/// A constant argument.
pub(crate) fn constant(ty: ScalarType, text: &str) -> Arg {
    Arg { constant: true, ..column(ty, text) }
}

/// Values of a column as JSON texts.
pub(crate) fn json(ty: ScalarType, values: &ArrayRef) -> Vec<String> {
    if let Some(reals) = values.as_any().downcast_ref::<Float64Array>() {
        let text = |v: Option<f64>| {
            let mut out = String::new();
            match v {
                Some(v) => number::write_real_json(&mut out, v),
                None => out.push_str("null"),
            }
            out
        };
        return reals.iter().map(text).collect();
    }
    from_scalar(ty, values).unwrap().iter().map(|v| v.unwrap_or("null").to_owned()).collect()
}

/// A call with its UDAF.
pub(crate) struct Call {
    pub(crate) udaf: Arc<AggregateUDF>,
    pub(crate) args: Vec<Arg>,
    pub(crate) results: Vec<ScalarType>,
    rows: usize,
    schema: Schema,
    exprs: Vec<Arc<dyn PhysicalExpr>>,
}

impl Call {
    pub(crate) fn new(name: &str, args: Vec<Arg>, results: Vec<ScalarType>) -> Self {
        let function = kql_aggregates::aggregate(name).unwrap_or_else(kql_aggregates::series_collect);
        assert!(function.spec.name == name || function.spec.aliases.contains(&name), "{name}");
        let types: Vec<_> = args.iter().map(|a| a.ty).collect();
        let udaf = kql_aggregates::aggregate_udf(function, &types, &results).unwrap();
        let again = kql_aggregates::udaf_by_name(udaf.name()).expect("resolvable by name");
        assert_eq!(again.name(), udaf.name());
        let field = |(i, a): (usize, &Arg)| Field::new(format!("c{i}"), a.values.data_type().clone(), true);
        let schema = Schema::new(args.iter().enumerate().map(field).collect::<Vec<_>>());
        let expr = |(i, a): (usize, &Arg)| -> Arc<dyn PhysicalExpr> {
            if a.constant {
                Arc::new(Literal::new(ScalarValue::try_from_array(&a.values, 0).unwrap()))
            } else {
                Arc::new(Column::new(&format!("c{i}"), i))
            }
        };
        let exprs = args.iter().enumerate().map(expr).collect();
        let rows = args.iter().find(|a| !a.constant).map_or(1, |a| a.values.len());
        Call { udaf, args, results, rows, schema, exprs }
    }

    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    fn accumulator_args<T>(&self, f: impl FnOnce(AccumulatorArgs) -> T) -> T {
        let fields: Vec<_> = self.schema.fields().iter().cloned().collect();
        f(AccumulatorArgs {
            return_field: self.udaf.return_field(&fields).unwrap(),
            schema: &self.schema,
            ignore_nulls: false,
            order_bys: &[],
            is_reversed: false,
            name: "x",
            is_distinct: false,
            exprs: &self.exprs,
            expr_fields: &fields,
        })
    }

    pub(crate) fn single(&self) -> Box<dyn Accumulator> {
        self.accumulator_args(|a| self.udaf.accumulator(a)).unwrap()
    }

    pub(crate) fn try_single(&self) -> Result<Box<dyn Accumulator>> {
        self.accumulator_args(|a| self.udaf.accumulator(a))
    }

    pub(crate) fn grouped(&self) -> Box<dyn GroupsAccumulator> {
        self.accumulator_args(|a| self.udaf.create_groups_accumulator(a)).unwrap()
    }

    /// The arguments of some rows.
    pub(crate) fn take(&self, rows: impl IntoIterator<Item = usize>) -> Vec<ArrayRef> {
        let rows: UInt32Array = rows.into_iter().map(|r| Some(r as u32)).collect();
        let zeros = UInt32Array::from(vec![0; rows.len()]);
        let take = |a: &Arg| take(&a.values, if a.constant { &zeros } else { &rows }, None).unwrap();
        self.args.iter().map(take).collect()
    }

    /// Results of all groups as JSON texts, several columns joined by ` | `.
    pub(crate) fn texts(&self, array: &ArrayRef) -> Vec<String> {
        let columns: Vec<ArrayRef> = match array.as_any().downcast_ref::<StructArray>() {
            Some(s) => s.columns().to_vec(),
            None => vec![Arc::clone(array)],
        };
        assert_eq!(columns.len(), self.results.len(), "columns of {}", self.udaf.name());
        let texts: Vec<Vec<String>> = columns.iter().zip(&self.results).map(|(c, ty)| json(*ty, c)).collect();
        (0..array.len()).map(|row| texts.iter().map(|t| t[row].as_str()).collect::<Vec<_>>().join(" | ")).collect()
    }

    /// The answer over all rows at once.
    pub(crate) fn answer(&self) -> String {
        let mut accumulator = self.single();
        accumulator.update_batch(&self.take(0..self.rows)).unwrap();
        self.text(&mut *accumulator)
    }

    /// The answer of an accumulator.
    pub(crate) fn text(&self, accumulator: &mut dyn Accumulator) -> String {
        let array = accumulator.evaluate().unwrap().to_array().unwrap();
        self.texts(&array).remove(0)
    }

    /// The answer when each part of the rows is aggregated alone and the states are merged.
    pub(crate) fn merged(&self, parts: &[Vec<usize>]) -> String {
        let mut last = self.single();
        for part in parts {
            let mut partial = self.single();
            partial.update_batch(&self.take(part.iter().copied())).unwrap();
            let state = partial.state().unwrap().iter().map(|s| s.to_array().unwrap()).collect::<Vec<_>>();
            last.merge_batch(&state).unwrap();
        }
        self.text(&mut *last)
    }

    /// The answers of groups, each row of which is in the group given.
    pub(crate) fn by_group(&self, groups: &[usize], total: usize) -> Vec<String> {
        let mut accumulator = self.grouped();
        accumulator.update_batch(&self.take(0..self.rows), groups, None, total).unwrap();
        self.texts(&accumulator.evaluate(EmitTo::All).unwrap())
    }

    /// As [`Call::by_group`], through partial states of single rows, emitted in two steps.
    pub(crate) fn by_group_of_states(&self, groups: &[usize], total: usize) -> Vec<String> {
        let states = self.grouped().convert_to_state(&self.take(0..self.rows), None).unwrap();
        let mut accumulator = self.grouped();
        accumulator.merge_batch(&states, groups, total).unwrap();
        // Out and in again as a state of all groups, as a spilling aggregation does.
        let states = accumulator.state(EmitTo::All).unwrap();
        let every: Vec<usize> = (0..total).collect();
        accumulator.merge_batch(&states, &every, total).unwrap();
        let mut texts = self.texts(&accumulator.evaluate(EmitTo::First(1)).unwrap());
        texts.extend(self.texts(&accumulator.evaluate(EmitTo::All).unwrap()));
        texts
    }
}
