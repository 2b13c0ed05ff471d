//! Zip archives: each member is read like a file of its own.

use crate::compression::Guarded;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use zip::CompressionMethod;

/// An archive, its members in the order of their names.
#[derive(Debug)]
pub(crate) struct Archive {
    path: PathBuf,
    size: u64,
    /// Bytes unpacked of all members together: members of a bomb may share their packed bytes.
    unpacked: Arc<AtomicU64>,
    pub(crate) members: Vec<Member>,
}

/// A file in an archive.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    /// The path inside the archive.
    pub(crate) name: String,
    /// Where its packed bytes begin, and how many there are.
    start: u64,
    packed: u64,
    method: CompressionMethod,
    encrypted: bool,
    crc: u32,
}

impl Archive {
    /// Reads the directory of an archive. Folders and hidden files are left out.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let size = file.metadata()?.len();
        let mut archive = zip::ZipArchive::new(io::BufReader::new(file)).map_err(io::Error::other)?;
        let mut members = Vec::new();
        for index in 0..archive.len() {
            let member = archive.by_index_raw(index).map_err(io::Error::other)?;
            let name = member.name().to_owned();
            let hidden = name.split(['/', '\\']).any(|part| part.starts_with('.') || part == "__MACOSX");
            if !member.is_dir() && !hidden {
                members.push(Member {
                    name,
                    start: member.data_start(),
                    packed: member.compressed_size(),
                    method: member.compression(),
                    encrypted: member.encrypted(),
                    crc: member.crc32(),
                });
            }
        }
        members.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(Archive { path: path.to_owned(), size, unpacked: Arc::default(), members })
    }

    /// Opens a member. `wrap` sees the bytes as they lie in the archive.
    pub(crate) fn read<'a, R: Read + 'a>(
        &self,
        member: &Member,
        wrap: impl FnOnce(io::Take<File>) -> R,
    ) -> io::Result<Box<dyn Read + 'a>> {
        if member.encrypted {
            return Err(io::Error::other(format!("{} is encrypted: unpack it first", member.name)));
        }
        let mut file = File::open(&self.path)?;
        file.seek(SeekFrom::Start(member.start))?;
        let packed = wrap(file.take(member.packed));
        let plain: Box<dyn Read + 'a> = match member.method {
            CompressionMethod::Stored => Box::new(packed),
            CompressionMethod::Deflated => Box::new(flate2::read::DeflateDecoder::new(packed)),
            other => {
                let name = &member.name;
                return Err(io::Error::other(format!(
                    "{name} is packed with {other}, which is not read here: unpack it first"
                )));
            }
        };
        let guarded = Guarded::sharing(plain, self.size, Arc::clone(&self.unpacked));
        Ok(Box::new(Checked { inner: guarded, crc: flate2::Crc::new(), expected: member.crc }))
    }
}

/// Compares the checksum at the end.
struct Checked<R> {
    inner: R,
    crc: flate2::Crc,
    expected: u32,
}

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.crc.update(&buffer[..count]);
        if count == 0 && !buffer.is_empty() && self.crc.sum() != self.expected {
            return Err(io::Error::other("damaged: the checksum does not agree"));
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use zip::write::SimpleFileOptions;

    fn archive(path: &Path, method: CompressionMethod, members: &[(&str, &[u8])]) {
        let mut writer = zip::ZipWriter::new(File::create(path).expect("file"));
        for (name, data) in members {
            writer.start_file(*name, SimpleFileOptions::default().compression_method(method)).expect("member");
            writer.write_all(data).expect("member");
        }
        writer.finish().expect("zip");
    }

    #[test]
    fn members_are_read_alone_and_checked() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("x.zip");
        for method in [CompressionMethod::Stored, CompressionMethod::Deflated] {
            archive(
                &path,
                method,
                &[("b/x.json", b"{\"b\":1}"), ("a.json", b"{\"a\":1}"), (".hidden", b""), ("__MACOSX/x", b"")],
            );
            let zip = Archive::open(&path).expect("zip");
            let names: Vec<_> = zip.members.iter().map(|m| m.name.as_str()).collect();
            assert_eq!(names, ["a.json", "b/x.json"]);
            let mut text = String::new();
            zip.read(&zip.members[1], |r| r).expect("member").read_to_string(&mut text).expect("text");
            assert_eq!(text, "{\"b\":1}");
        }
    }

    #[test]
    fn damage_is_an_error() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("x.zip");
        archive(&path, CompressionMethod::Stored, &[("a.json", b"{\"a\":1}")]);
        let mut bytes = std::fs::read(&path).expect("bytes");
        let at = bytes.windows(7).position(|w| w == b"{\"a\":1}").expect("data");
        bytes[at + 5] = b'2';
        std::fs::write(&path, &bytes).expect("write");
        let zip = Archive::open(&path).expect("zip");
        let mut text = String::new();
        assert!(zip.read(&zip.members[0], |r| r).expect("member").read_to_string(&mut text).is_err());
        std::fs::write(&path, &bytes[..bytes.len() / 2]).expect("write");
        assert!(Archive::open(&path).is_err());
    }
}
