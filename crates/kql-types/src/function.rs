//! What is known of a function without running it: names, signatures, documentation.
//!
//! The kernel that computes a function lives with its [`FunctionSpec`] in `kql-functions` or `kql-aggregates`; the binder
//! needs only what is here.

use crate::Value;
use crate::signature::Signature;
use std::sync::OnceLock;

/// The kind of a function, which decides where it may stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FunctionKind {
    /// A scalar function: anywhere in an expression.
    Scalar,
    /// A window function: only over serialized rows (`prev`, `row_number`, …).
    Window,
    /// An aggregation function: in `summarize`, `make-series`, `top-nested`, `pivot`.
    Aggregate,
    /// A plugin of `evaluate`.
    Plugin,
}

/// How an unnamed call names its column (SEMANTICS §5; the analyzer's `result_name`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ResultName {
    /// `ColumnN`.
    Default,
    /// The name of the first argument: `tostring(x)` is `x`.
    FirstArgument,
    /// The value of the first argument, a column name: `column_ifexists("c", d)` is `c`.
    FirstArgumentValue,
    /// The name of the only argument, when there is one only.
    OnlyArgument,
    /// A prefix, `_` and the name of the first argument: `strlen(s)` is `strlen_s`, `count()` is `count_`.
    Prefix(&'static str),
    /// A prefix and the names of the first two arguments, each after `_`: `covariance(x, y)` is `covariance_x_y`.
    PrefixAndTwo(&'static str),
    /// A fixed name: `hll_merge(a, b)` is `hll_merged_result`.
    Fixed(&'static str),
}

/// A documented call with its answer. Run as a test: the text is the argument of `print`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Example {
    /// A scalar expression, or a whole query when it starts with an operator or `datatable`.
    pub query: &'static str,
    /// Its answer: for a scalar, the v1 JSON text of the value; for a query, NDJSON rows joined by newlines.
    pub answer: &'static str,
}

/// Why a function of Kusto is not run here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Support {
    /// It runs.
    Full,
    /// Its name, arguments and result type are known to the binder, but nothing computes it: `kql check` accepts it and
    /// `kql run` refuses it with this reason.
    CheckOnly(&'static str),
    /// It reads something that the session must be given; the text says how.
    Given(&'static str),
    /// It needs the cloud; the text says what to do instead.
    Cloud(&'static str),
}

/// Checks the constant arguments of a call before it runs: `None` stands for an argument that is no constant.
pub type ConstantCheck = fn(&[Option<&Value>]) -> Result<(), ConstantError>;

/// A constant argument that a function cannot take: a malformed regular expression, an unknown kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConstantError {
    /// Which argument, from 0 on.
    pub argument: usize,
    /// Kusto's code.
    pub code: &'static str,
    /// One sentence.
    pub message: String,
}

/// A function as the binder sees it.
#[derive(Debug)]
pub struct FunctionSpec {
    /// Kusto's name.
    pub name: &'static str,
    /// Other names of the same function, mostly deprecated ones (`makeset` of `make_set`).
    pub aliases: &'static [&'static str],
    /// Scalar, window, aggregate or plugin.
    pub kind: FunctionKind,
    /// The overloads in the language of [`crate::signature`]: `"(text:string, start:integer, length?:integer) -> string"`.
    pub signatures: &'static [&'static str],
    /// The name of an unnamed call's column.
    pub result_name: ResultName,
    /// One or two sentences: what it computes, null behaviour, the source of the rule.
    pub doc: &'static str,
    /// Examples, run as tests.
    pub examples: &'static [Example],
    /// False for `rand()`, `new_guid()`: two calls may differ, so calls are neither merged nor folded.
    pub deterministic: bool,
    /// Whether it runs.
    pub support: Support,
    /// Where it answers otherwise than the service, or may; empty when nowhere that is known.
    pub divergence: &'static str,
    /// What constant arguments must satisfy beyond their types, if anything.
    pub check: Option<ConstantCheck>,
    /// The parsed signatures, filled on first use.
    pub parsed: OnceLock<Vec<Signature>>,
}

impl FunctionSpec {
    /// The fields most functions share, for `..FunctionSpec::scalar()`-style declarations.
    pub const fn new(
        name: &'static str,
        kind: FunctionKind,
        signatures: &'static [&'static str],
        doc: &'static str,
    ) -> Self {
        FunctionSpec {
            name,
            aliases: &[],
            kind,
            signatures,
            result_name: ResultName::Default,
            doc,
            examples: &[],
            deterministic: true,
            support: Support::Full,
            divergence: "",
            check: None,
            parsed: OnceLock::new(),
        }
    }

    /// Sets [`FunctionSpec::aliases`].
    #[must_use]
    pub const fn aliases(mut self, aliases: &'static [&'static str]) -> Self {
        self.aliases = aliases;
        self
    }

    /// Sets [`FunctionSpec::result_name`].
    #[must_use]
    pub const fn named(mut self, result_name: ResultName) -> Self {
        self.result_name = result_name;
        self
    }

    /// Sets [`FunctionSpec::examples`].
    #[must_use]
    pub const fn examples(mut self, examples: &'static [Example]) -> Self {
        self.examples = examples;
        self
    }

    /// Marks a function whose calls may differ.
    #[must_use]
    pub const fn volatile(mut self) -> Self {
        self.deterministic = false;
        self
    }

    /// Sets [`FunctionSpec::support`].
    #[must_use]
    pub const fn support(mut self, support: Support) -> Self {
        self.support = support;
        self
    }

    /// Sets [`FunctionSpec::divergence`].
    #[must_use]
    pub const fn diverges(mut self, divergence: &'static str) -> Self {
        self.divergence = divergence;
        self
    }

    /// Sets [`FunctionSpec::check`].
    #[must_use]
    pub const fn checked(mut self, check: ConstantCheck) -> Self {
        self.check = Some(check);
        self
    }

    /// The parsed overloads.
    ///
    /// # Panics
    /// When a signature text is malformed: a defect, found by the test that parses them all.
    pub fn overloads(&self) -> &[Signature] {
        self.parsed.get_or_init(|| {
            self.signatures
                .iter()
                .map(|text| {
                    Signature::parse(text).unwrap_or_else(|e| panic!("signature of {}: {e}: {text}", self.name))
                })
                .collect()
        })
    }
}

/// Shorthand for an [`Example`].
pub const fn example(query: &'static str, answer: &'static str) -> Example {
    Example { query, answer }
}
