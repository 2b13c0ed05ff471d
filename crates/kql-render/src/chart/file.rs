//! Charts as files.

use super::model::Chart;
use super::picture::Pixels;
use crate::{RenderError, ResultTable};
use kql_bind::bound::Render;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// Pixels of a PNG for each pixel of its layout: sharp on screens with small pixels.
const ZOOM: f64 = 2.0;

/// A format of charts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Picture {
    /// Vectors.
    Svg,
    /// Pixels: 1920 × 1080.
    Png,
    /// A page with zoom and tooltips, in one file.
    Html,
}

impl FromStr for Picture {
    type Err = String;

    /// By the end of a file's name.
    fn from_str(path: &str) -> Result<Self, String> {
        let end = Path::new(path).extension().map(|e| e.to_string_lossy().to_ascii_lowercase());
        match end.as_deref() {
            Some("svg") => Ok(Picture::Svg),
            Some("png") => Ok(Picture::Png),
            Some("html" | "htm") => Ok(Picture::Html),
            _ => Err(format!("a chart is written to a file that ends in .svg, .png or .html, not '{path}'")),
        }
    }
}

/// Writes a result as its `render` asks. When the kind does not fit the data, the table is drawn and the answer says why.
///
/// # Errors
/// I/O errors, and what is wrong with the result itself.
pub fn write_picture(
    result: &ResultTable<'_>,
    render: &Render,
    picture: Picture,
    out: &mut dyn Write,
) -> Result<Option<String>, RenderError> {
    let (chart, why) = match Chart::new(result, render) {
        Err(RenderError::Unfit(why)) => (Chart::or_table(result, render)?, Some(why)),
        other => (other?, None),
    };
    let size = Pixels::default();
    match picture {
        Picture::Svg => out.write_all(chart.svg(size).as_bytes())?,
        Picture::Png => out.write_all(&chart.png(size, ZOOM)?)?,
        Picture::Html => out.write_all(chart.html().as_bytes())?,
    }
    Ok(why)
}

/// The file of the chart at this position of a run: the second and later ones get a number before the end of the name.
pub fn numbered(path: &Path, position: usize) -> PathBuf {
    if position == 0 {
        return path.to_owned();
    }
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let end = path.extension().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!("{stem}-{}.{end}", position + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_known_by_their_end_and_numbered() {
        assert_eq!("a/b.SVG".parse(), Ok(Picture::Svg));
        assert!("a/b.gif".parse::<Picture>().unwrap_err().contains(".svg, .png or .html"));
        assert_eq!(numbered(Path::new("a/b.png"), 0), Path::new("a/b.png"));
        assert_eq!(numbered(Path::new("a/b.png"), 1), Path::new("a/b-2.png"));
    }
}
