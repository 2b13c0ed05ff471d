//! The bridge to DataFusion: one UDAF per function, list of argument types and list of result types.

use crate::ordered::Ordered;
use crate::state::{Filtered, Grouped, Single, State};
use arrow::datatypes::{DataType, Field, FieldRef, Fields, Schema};
use arrow::record_batch::RecordBatch;
use datafusion_common::{Result, ScalarValue, internal_err};
use datafusion_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion_expr::utils::{AggregateOrderSensitivity, format_state_name};
use datafusion_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, ColumnarValue, GroupsAccumulator, ReversedUDAF, Signature, Volatility,
};
use kql_functions::arrow_type;
use kql_types::ScalarType;
use kql_types::function::FunctionSpec;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// An aggregation function: what the binder knows, and what computes it.
#[derive(Debug)]
pub struct AggregateFunction {
    /// Name, signatures, documentation.
    pub spec: FunctionSpec,
    /// Makes the state of a call.
    pub state: fn(&Call) -> Result<Box<dyn State>>,
    /// The argument that says which rows count: 1 in `sumif(x, predicate)`. The state does not see it.
    pub predicate: Option<usize>,
    /// The result depends on the order of rows: give it the `ORDER BY` of the sorted input.
    pub ordered: bool,
}

impl AggregateFunction {
    /// A function without predicate whose result does not depend on the order of rows.
    pub(crate) const fn new(spec: FunctionSpec, state: fn(&Call) -> Result<Box<dyn State>>) -> Self {
        AggregateFunction { spec, state, predicate: None, ordered: false }
    }

    /// Sets [`AggregateFunction::predicate`].
    pub(crate) const fn filtered(mut self, predicate: usize) -> Self {
        self.predicate = Some(predicate);
        self
    }

    /// Sets [`AggregateFunction::ordered`].
    pub(crate) const fn ordered(mut self) -> Self {
        self.ordered = true;
        self
    }
}

/// One call, as the maker of its state sees it; the predicate of an `…if` function is left out.
#[derive(Debug)]
pub struct Call<'a> {
    /// Kusto types of the arguments.
    pub arguments: &'a [ScalarType],
    /// Kusto types of the results, one for most functions.
    pub results: &'a [ScalarType],
    /// Values of the arguments that are constants. Unknown (all `None`) when only the state's types are asked for.
    pub constants: &'a [Option<ScalarValue>],
}

impl Call<'_> {
    /// The type of an argument.
    pub fn argument(&self, index: usize) -> ScalarType {
        self.arguments.get(index).copied().unwrap_or(ScalarType::Dynamic)
    }

    /// The type of the (first) result.
    pub fn result(&self) -> ScalarType {
        self.results.first().copied().unwrap_or(ScalarType::Dynamic)
    }

    /// The constant given for an argument.
    pub fn constant(&self, index: usize) -> Option<&ScalarValue> {
        self.constants.get(index).and_then(Option::as_ref).filter(|v| !v.is_null())
    }

    /// The constant given for an integer argument.
    pub fn constant_long(&self, index: usize) -> Option<i64> {
        match self.constant(index)? {
            ScalarValue::Int64(v) => *v,
            ScalarValue::Int32(v) => v.map(i64::from),
            ScalarValue::Float64(v) => v.map(|v| v as i64),
            _ => None,
        }
    }
}

/// An [`AggregateFunction`] for given argument and result types, as DataFusion sees it. The name holds all of its state:
/// `make_set(string,long)->dynamic`.
pub struct KqlAggregateUdf {
    function: &'static AggregateFunction,
    arguments: Vec<ScalarType>,
    results: Vec<ScalarType>,
    name: String,
    signature: Signature,
}

/// The UDAF of a call with these argument and result types.
///
/// With one result the UDAF gives a value, with several (`arg_max(t, a)`, `percentiles(x, 50, 95)`) a struct with fields
/// named `0`, `1`, … in order. Constant arguments must be literals of the call's expressions. Results of type string are
/// never null. `count()` and `cnt()` are called with one literal, of any type.
///
/// # Errors
/// A diagnostic (see [`kql_functions::kernel::refuse`]) when the function has no meaning for these types.
pub fn aggregate_udf(
    function: &'static AggregateFunction,
    arguments: &[ScalarType],
    results: &[ScalarType],
) -> Result<Arc<AggregateUDF>> {
    if arguments.is_empty() || results.is_empty() {
        // DataFusion does not tell an accumulator without arguments how many rows there are.
        return internal_err!("{} needs an argument and a result: give count() a literal", function.spec.name);
    }
    let list = |types: &[ScalarType]| types.iter().map(|t| t.name()).collect::<Vec<_>>().join(",");
    let result_list = match results {
        [one] => one.name().to_owned(),
        several => format!("({})", list(several)),
    };
    let exact: Vec<_> = arguments.iter().map(|t| arrow_type(*t)).collect();
    let udaf = KqlAggregateUdf {
        function,
        arguments: arguments.to_vec(),
        results: results.to_vec(),
        name: format!("{}({})->{result_list}", function.spec.name, list(arguments)),
        signature: Signature::exact(exact, Volatility::Immutable),
    };
    udaf.make(&[])?;
    Ok(Arc::new(AggregateUDF::from(udaf)))
}

/// The Arrow type of the results of a call: a value for one, a struct with fields `0`, `1`, … for several.
pub(crate) fn result_type(results: &[ScalarType]) -> DataType {
    match results {
        [one] => arrow_type(*one),
        several => DataType::Struct(result_fields(several)),
    }
}

/// The fields of a struct of several results.
pub(crate) fn result_fields(results: &[ScalarType]) -> Fields {
    let field = |(i, ty): (usize, &ScalarType)| Field::new(i.to_string(), arrow_type(*ty), ty.has_null());
    results.iter().enumerate().map(field).collect()
}

impl KqlAggregateUdf {
    fn make(&self, constants: &[Option<ScalarValue>]) -> Result<Box<dyn State>> {
        let (mut arguments, mut constants) = (self.arguments.clone(), constants.to_vec());
        let Some(predicate) = self.function.predicate else {
            let call = Call { arguments: &arguments, results: &self.results, constants: &constants };
            return (self.function.state)(&call);
        };
        if predicate >= arguments.len() {
            return internal_err!("{} needs a predicate", self.function.spec.name);
        }
        arguments.remove(predicate);
        if predicate < constants.len() {
            constants.remove(predicate);
        }
        let call = Call { arguments: &arguments, results: &self.results, constants: &constants };
        Ok(Box::new(Filtered { inner: (self.function.state)(&call)?, predicate }))
    }

    fn make_for(&self, args: &AccumulatorArgs) -> Result<Box<dyn State>> {
        let no_rows = RecordBatch::new_empty(Arc::new(Schema::empty()));
        // A literal needs no rows; a column fails over a batch without columns.
        let constants = args.exprs.iter().map(|expr| match expr.evaluate(&no_rows) {
            Ok(ColumnarValue::Scalar(value)) => Some(value),
            _ => None,
        });
        let state = self.make(&constants.collect::<Vec<_>>())?;
        if !self.function.ordered || args.order_bys.is_empty() {
            return Ok(state);
        }
        let argument_types = self.arguments.iter().map(|t| arrow_type(*t)).collect();
        let key_types = args.order_bys.iter().map(|o| o.expr.data_type(args.schema)).collect::<Result<_>>()?;
        let options = args.order_bys.iter().map(|o| o.options).collect();
        Ok(Box::new(Ordered::new(state, argument_types, key_types, options)))
    }
}

impl fmt::Debug for KqlAggregateUdf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl PartialEq for KqlAggregateUdf {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for KqlAggregateUdf {}

impl Hash for KqlAggregateUdf {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl AggregateUDFImpl for KqlAggregateUdf {
    fn name(&self) -> &str {
        &self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(result_type(&self.results))
    }

    fn is_nullable(&self) -> bool {
        !matches!(self.results.as_slice(), [ScalarType::String])
    }

    fn accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Single::new(self.make_for(&args)?)))
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        let types = if self.function.ordered && !args.ordering_fields.is_empty() {
            let key_types = args.ordering_fields.iter().map(|f| f.data_type().clone()).collect::<Vec<_>>();
            let argument_types = self.arguments.iter().map(|t| arrow_type(*t)).collect::<Vec<_>>();
            vec![Ordered::state_type(&argument_types, &key_types)]
        } else {
            self.make(&[])?.state_types()
        };
        let field =
            |(i, ty): (usize, DataType)| Arc::new(Field::new(format_state_name(args.name, &i.to_string()), ty, true));
        Ok(types.into_iter().enumerate().map(field).collect())
    }

    fn groups_accumulator_supported(&self, _: AccumulatorArgs) -> bool {
        true
    }

    fn create_groups_accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn GroupsAccumulator>> {
        Ok(Box::new(Grouped(self.make_for(&args)?)))
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        // The state sorts within its groups, which needs no sorted input.
        if self.function.ordered {
            AggregateOrderSensitivity::SoftRequirement
        } else {
            AggregateOrderSensitivity::Insensitive
        }
    }

    fn with_beneficial_ordering(self: Arc<Self>, _: bool) -> Result<Option<Arc<dyn AggregateUDFImpl>>> {
        // Sorted input changes nothing here.
        Ok(Some(self))
    }

    fn reverse_expr(&self) -> ReversedUDAF {
        if self.function.ordered { ReversedUDAF::NotSupported } else { ReversedUDAF::Identical }
    }
}
