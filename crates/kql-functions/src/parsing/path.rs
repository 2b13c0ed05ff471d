//! `parse_path`.

use super::write_members;
use crate::ScalarFunction;
use crate::kernel::{dynamic_map, texts};
use kql_types::function::{FunctionKind, FunctionSpec, example};

pub(crate) static PARSE_PATH: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "parse_path",
        FunctionKind::Scalar,
        &["(path:string) -> dynamic"],
        "The parts of a file path, with either kind of slash, all of them strings: Scheme (before `://`), RootPath (a drive \
         with its slash), DirectoryPath, DirectoryName (the last directory), Filename, Extension (after the last dot), \
         AlternateDataStreamName (after a colon in the file name). \
         <https://learn.microsoft.com/kusto/query/parse-path-function>",
    )
    .examples(&[example(
        "parse_path(@'C:\\temp\\file.txt')",
        "{\"Scheme\":\"\",\"RootPath\":\"C:\\\\\",\"DirectoryPath\":\"C:\\\\temp\",\"DirectoryName\":\"temp\",\
         \"Filename\":\"file.txt\",\"Extension\":\"txt\",\"AlternateDataStreamName\":\"\"}",
    )]),
    kernel: |_, args| {
        let path = texts(&args[0])?;
        dynamic_map(args, |row, out| {
            let parts = Parts::of(path.text(row));
            out.push('{');
            write_members(
                out,
                &[
                    ("Scheme", parts.scheme),
                    ("RootPath", parts.root),
                    ("DirectoryPath", parts.directory),
                    ("DirectoryName", parts.directory_name),
                    ("Filename", parts.file),
                    ("Extension", parts.extension),
                    ("AlternateDataStreamName", parts.stream),
                ],
            );
            out.push('}');
            true
        })
    },
};

struct Parts<'a> {
    scheme: &'a str,
    root: &'a str,
    directory: &'a str,
    directory_name: &'a str,
    file: &'a str,
    extension: &'a str,
    stream: &'a str,
}

const SLASHES: [char; 2] = ['/', '\\'];

impl<'a> Parts<'a> {
    fn of(path: &'a str) -> Self {
        let (scheme, path) = path.split_once("://").unwrap_or(("", path));
        let root = &path[..root_length(path)];
        let (directory, last) = match path.rfind(SLASHES) {
            // The slash of the root belongs to it: the directory of `C:\file` is `C:\`.
            Some(slash) => (&path[..slash.max(root.len())], &path[slash + 1..]),
            None => (root, &path[root.len()..]),
        };
        let directory_name = directory.get(root.len()..).unwrap_or("").rsplit(SLASHES).next().unwrap_or("");
        let (file, stream) = last.split_once(':').unwrap_or((last, ""));
        let extension = file.rsplit_once('.').map_or("", |(_, extension)| extension);
        Parts { scheme, root, directory, directory_name, file, extension, stream }
    }
}

/// Length of a drive with its slash, after the prefix of a long path (`\\?\`) if there is one.
fn root_length(path: &str) -> usize {
    let prefix = if path.starts_with(r"\\?\") { 4 } else { 0 };
    match path.as_bytes()[prefix..] {
        [drive, b':', b'/' | b'\\', ..] if drive.is_ascii_alphabetic() => prefix + 3,
        [drive, b':'] if drive.is_ascii_alphabetic() => prefix + 2,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, dynamic, string};

    #[test]
    fn parts_of_a_path() {
        // Scheme, root, directory, directory name, file, extension, stream.
        for (path, parts) in [
            (r"C:\temp\file.txt", ["", r"C:\", r"C:\temp", "temp", "file.txt", "txt", ""]),
            (r"temp\file.txt", ["", "", "temp", "temp", "file.txt", "txt", ""]),
            ("file://C:/temp/file.txt:some.exe", ["file", "C:/", "C:/temp", "temp", "file.txt", "txt", "some.exe"]),
            (r"\\shared\users\temp\file.txt.gz", ["", "", r"\\shared\users\temp", "temp", "file.txt.gz", "gz", ""]),
            ("/usr/lib/temp/file.txt", ["", "", "/usr/lib/temp", "temp", "file.txt", "txt", ""]),
            (r"\\?\C:\a b\é.dll", ["", r"\\?\C:\", r"\\?\C:\a b", "a b", "é.dll", "dll", ""]),
            (r"C:\file", ["", r"C:\", r"C:\", "", "file", "", ""]),
            (r"C:\a\b\", ["", r"C:\", r"C:\a\b", "b", "", "", ""]),
            ("/file", ["", "", "", "", "file", "", ""]),
            ("file.", ["", "", "", "", "file.", "", ""]),
            ("", [""; 7]),
        ] {
            let [scheme, root, directory, name, file, extension, stream] = parts.map(|p| p.replace('\\', r"\\"));
            let want = format!(
                r#"{{"Scheme":"{scheme}","RootPath":"{root}","DirectoryPath":"{directory}","DirectoryName":"{name}","Filename":"{file}","Extension":"{extension}","AlternateDataStreamName":"{stream}"}}"#
            );
            check("parse_path", &[string(path)], dynamic(&want));
        }
    }
}
