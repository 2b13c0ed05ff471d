//! The bridge to DataFusion: one UDF per function and list of argument types.

use crate::arrow_type;
use crate::kernel::column_field;
use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion_common::Result;
use datafusion_expr::{
    ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use kql_types::ScalarType;
use kql_types::function::FunctionSpec;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// Computes a function over the rows of a batch.
///
/// Arguments are scalars (constants) or arrays of `call.rows` rows; the result is either, in
/// `arrow_type(call.result)` (or a struct for functions with several columns). Helpers are in [`crate::kernel`].
pub type Kernel = fn(&Call, &[ColumnarValue]) -> Result<ColumnarValue>;

/// One call: what the kernel may want to know beside the arguments.
#[derive(Debug)]
pub struct Call<'a> {
    /// Kusto types of the arguments.
    pub arguments: &'a [ScalarType],
    /// Kusto type of the result; for functions with several columns that of the first.
    pub result: ScalarType,
    /// Name and type of each result column: one entry, whose name means nothing, or those of a function with several
    /// columns, whose result is a struct (see [`crate::kernel::finish_columns`]).
    pub results: &'a [(String, ScalarType)],
    /// Rows of the batch.
    pub rows: usize,
}

/// A scalar function: what the binder knows, and what computes it.
#[derive(Debug)]
pub struct ScalarFunction {
    /// Name, signatures, documentation.
    pub spec: FunctionSpec,
    /// The kernel.
    pub kernel: Kernel,
}

/// A [`ScalarFunction`] for given argument and result types, as DataFusion sees it. The name holds all of its state:
/// `strcat(string,long)->string`.
pub struct KqlScalarUdf {
    function: &'static ScalarFunction,
    arguments: Vec<ScalarType>,
    results: Vec<(String, ScalarType)>,
    name: String,
    signature: Signature,
}

/// The UDF of a call with these argument and result types. `results` has one entry (its name is ignored) or, for a
/// function with several columns, one per column.
pub fn scalar_udf(
    function: &'static ScalarFunction,
    arguments: &[ScalarType],
    results: &[(String, ScalarType)],
) -> Arc<ScalarUDF> {
    let list = |types: &mut dyn Iterator<Item = &str>| types.collect::<Vec<_>>().join(",");
    let argument_list = list(&mut arguments.iter().map(|t| t.name()));
    let result_list = match results {
        [(_, ty)] => ty.name().to_owned(),
        several => {
            let each: Vec<_> = several.iter().map(|(n, t)| format!("{n}:{t}")).collect();
            format!("({})", each.join(","))
        }
    };
    let name = format!("{}({argument_list})->{result_list}", function.spec.name);
    let volatility = if function.spec.deterministic { Volatility::Immutable } else { Volatility::Volatile };
    let exact = arguments.iter().map(|t| arrow_type(*t)).collect::<Vec<_>>();
    let signature = if exact.is_empty() { Signature::nullary(volatility) } else { Signature::exact(exact, volatility) };
    Arc::new(ScalarUDF::from(KqlScalarUdf {
        function,
        arguments: arguments.to_vec(),
        results: results.to_vec(),
        name,
        signature,
    }))
}

impl KqlScalarUdf {
    fn data_type(&self) -> DataType {
        match self.results.as_slice() {
            [(_, ty)] => arrow_type(*ty),
            several => DataType::Struct(several.iter().map(|(n, t)| column_field(n, *t)).collect()),
        }
    }

    fn nullable(&self) -> bool {
        !matches!(self.results.as_slice(), [(_, ScalarType::String)])
    }
}

impl fmt::Debug for KqlScalarUdf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl PartialEq for KqlScalarUdf {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for KqlScalarUdf {}

impl Hash for KqlScalarUdf {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl ScalarUDFImpl for KqlScalarUdf {
    fn name(&self) -> &str {
        &self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(self.data_type())
    }

    fn return_field_from_args(&self, _: ReturnFieldArgs) -> Result<FieldRef> {
        Ok(Arc::new(Field::new(&self.name, self.data_type(), self.nullable())))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let call = Call {
            arguments: &self.arguments,
            result: self.results.first().map_or(ScalarType::Dynamic, |(_, t)| *t),
            results: &self.results,
            rows: args.number_rows,
        };
        (self.function.kernel)(&call, &args.args)
    }
}
