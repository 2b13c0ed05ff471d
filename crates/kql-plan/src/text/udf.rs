//! A text parser as a DataFusion function that gives a struct.

use super::capture::column_of;
use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, StructArray};
use arrow::datatypes::{DataType, Field, Fields};
use datafusion::common::internal_err;
use datafusion::error::Result;
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::{
    ColumnarValue, Expr as DfExpr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use kql_functions::arrow_type;
use kql_types::{ScalarType, Value};
use std::fmt::Debug;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// Takes a text apart.
pub(crate) trait TextParser: Debug + Send + Sync + 'static {
    /// What it does, parameters included: two parsers with the same text do the same.
    fn describe(&self) -> String;

    /// Types of the columns.
    fn columns(&self) -> Vec<ScalarType>;

    /// The values of the columns, or `None` when the text does not match.
    fn parse(&self, text: &str) -> Option<Vec<Option<Value>>>;
}

/// Name of the field that says whether the text matched. The columns' fields are `0`, `1`, ….
pub(crate) const MATCHED: &str = "matched";

/// A call of a parser on a text: a struct of [`MATCHED`] and the columns.
pub(crate) fn text_parser(parser: Arc<dyn TextParser>, text: DfExpr) -> DfExpr {
    let columns = parser.columns();
    let field = |(i, ty): (usize, &ScalarType)| Field::new(i.to_string(), arrow_type(*ty), ty.has_null());
    let matched = std::iter::once(Field::new(MATCHED, DataType::Boolean, false));
    let udf = ParserUdf {
        name: parser.describe(),
        fields: matched.chain(columns.iter().enumerate().map(field)).collect(),
        parser,
        signature: Signature::exact(vec![DataType::Utf8View], Volatility::Immutable),
    };
    DfExpr::ScalarFunction(ScalarFunction::new_udf(Arc::new(ScalarUDF::from(udf)), vec![text]))
}

#[derive(Debug)]
struct ParserUdf {
    name: String,
    parser: Arc<dyn TextParser>,
    fields: Fields,
    signature: Signature,
}

impl PartialEq for ParserUdf {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for ParserUdf {}

impl Hash for ParserUdf {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl ScalarUDFImpl for ParserUdf {
    fn name(&self) -> &str {
        &self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Struct(self.fields.clone()))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let Some(text) = args.args.first() else { return internal_err!("a parser takes a text") };
        let array = text.to_array(args.number_rows)?;
        let Some(texts) = array.as_string_view_opt() else { return internal_err!("a parser takes a text") };
        let types = self.parser.columns();
        let mut columns: Vec<Vec<Option<Value>>> = vec![Vec::with_capacity(texts.len()); types.len()];
        let mut matched = Vec::with_capacity(texts.len());
        for row in 0..texts.len() {
            let values = if texts.is_null(row) { None } else { self.parser.parse(texts.value(row)) };
            matched.push(values.is_some());
            let mut values = values.unwrap_or_default().into_iter();
            columns.iter_mut().for_each(|c| c.push(values.next().flatten()));
        }
        let mut arrays: Vec<ArrayRef> = vec![Arc::new(BooleanArray::from(matched))];
        for (values, ty) in columns.into_iter().zip(types) {
            arrays.push(column_of(values, ty)?);
        }
        Ok(ColumnarValue::Array(Arc::new(StructArray::try_new(self.fields.clone(), arrays, None)?)))
    }
}
