//! `series_fft`, `series_ifft`: the discrete Fourier transform.

use super::fourier::{self, Complex};
use super::number::{reals_at, reals_text, texts_column};
use crate::kernel::{finish_columns, rows, texts};
use crate::{Call, ScalarFunction};
use datafusion_common::Result;
use datafusion_expr::ColumnarValue;
use kql_types::function::{FunctionKind, FunctionSpec, example};

pub(crate) static FFT: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "series_fft",
        FunctionKind::Scalar,
        &["(series:array, series_imaginary?:array) -> (real:dynamic, imag:dynamic)"],
        "The fast Fourier transform of a series of real or complex numbers: real and imaginary parts. Null when an element \
         is no number or the lengths differ. <https://learn.microsoft.com/kusto/query/series-fft-function>",
    )
    .examples(&[example(
        "print y = dynamic([1, 0, 0, 0]) | project (re, im) = series_fft(y)",
        r#"{"re":[1.0,1.0,1.0,1.0],"im":[0.0,0.0,0.0,0.0]}"#,
    )]),
    kernel: |call, args| transform(call, args, false),
};

pub(crate) static IFFT: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "series_ifft",
        FunctionKind::Scalar,
        &["(series:array, series_imaginary?:array) -> (real:dynamic, imag:dynamic)"],
        "The inverse of `series_fft`. Null when an element is no number or the lengths differ. \
         <https://learn.microsoft.com/kusto/query/series-ifft-function>",
    )
    .examples(&[example(
        "print y = dynamic([4, 0, 0, 0]) | project (re, im) = series_ifft(y)",
        r#"{"re":[1.0,1.0,1.0,1.0],"im":[0.0,0.0,0.0,0.0]}"#,
    )]),
    kernel: |call, args| transform(call, args, true),
};

fn transform(call: &Call, args: &[ColumnarValue], inverse: bool) -> Result<ColumnarValue> {
    let real = texts(&args[0])?;
    let imaginary = args.get(1).map(texts).transpose()?;
    let (mut out_real, mut out_imaginary) = (Vec::new(), Vec::new());
    for row in 0..rows(args) {
        let real = reals_at(&real, row);
        let imaginary = match &imaginary {
            Some(rows) => reals_at(rows, row),
            None => real.as_ref().map(|r| vec![0.0; r.len()]),
        };
        let numbers = real.zip(imaginary).filter(|(re, im)| re.len() == im.len());
        let transformed = numbers.map(|(re, im)| {
            let complex = re.into_iter().zip(im).map(|(re, im)| Complex { re, im }).collect();
            if inverse { fourier::inverse(complex) } else { fourier::forward(complex) }
        });
        // Adding zero makes -0.0 0.0.
        out_real.push(transformed.as_ref().map(|c| reals_text(c.iter().map(|c| c.re + 0.0))));
        out_imaginary.push(transformed.as_ref().map(|c| reals_text(c.iter().map(|c| c.im + 0.0))));
    }
    finish_columns(call, args, vec![texts_column(out_real), texts_column(out_imaginary)])
}

#[cfg(test)]
mod tests {
    use crate::dynamic::testing::{d, try_call};

    #[test]
    fn transforms() {
        let run = |name: &str, args: &[_]| try_call(name, args, None).unwrap();
        assert_eq!(run("series_fft", &[d("[1,1]")]), ["[2.0,0.0]", "[0.0,0.0]"]);
        assert_eq!(run("series_fft", &[d("[0,1,0,0]")]), ["[1.0,0.0,-1.0,0.0]", "[0.0,-1.0,0.0,1.0]"]);
        assert_eq!(run("series_ifft", &[d("[2,0]"), d("[0,0]")]), ["[1.0,1.0]", "[0.0,0.0]"]);
        assert_eq!(run("series_fft", &[d("[1,2]"), d("[1]")]), ["null", "null"]);
        assert_eq!(run("series_fft", &[d("[1,\"a\"]")]), ["null", "null"]);
        assert_eq!(run("series_fft", &[d("[]")]), ["[]", "[]"]);
    }
}
