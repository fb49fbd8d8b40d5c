//! How files are named. In: paths, however they are written. Out: one name for one file, relative to a root.
//! Never: an absolute path, once a root is given; or one name for two files.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

/// Where names of files begin, and what is never an input.
#[derive(Clone, Debug, Default)]
pub struct Root {
    /// The folder that names are relative to. Without one, a name is the path as it was written.
    pub folder: Option<PathBuf>,
    /// Folders that are passed over within other folders: the state is no text.
    pub apart: Vec<PathBuf>,
}

impl Root {
    /// The root of a folder, with links resolved.
    pub fn at(folder: &Path) -> Root {
        Root { folder: Some(real(folder)), apart: Vec::new() }
    }

    /// Passes over a folder.
    pub fn without(mut self, folder: &Path) -> Root {
        self.apart.push(real(folder));
        self
    }

    /// The name of the file at a path, also where it is no more.
    pub fn name(&self, path: &Path) -> Arc<str> {
        Names::new(self).of(path).name
    }

    /// Whether a folder is passed over.
    pub(super) fn is_apart(&self, folder: &Path) -> bool {
        !self.apart.is_empty() && self.apart.contains(&real(folder))
    }
}

/// Names files; files of one folder that come together cost one look at the folder.
pub(super) struct Names {
    root: Option<PathBuf>,
    /// A folder as written, and where it is.
    last: Option<(PathBuf, PathBuf)>,
}

/// A file's name, and whether it can be one.
pub(super) struct Name {
    pub name: Arc<str>,
    pub is_utf8: bool,
}

impl Names {
    pub fn new(root: &Root) -> Names {
        Names { root: root.folder.clone(), last: None }
    }

    /// The name of the file at a path.
    pub fn of(&mut self, path: &Path) -> Name {
        let path = match &self.root {
            None => tidy(path),
            Some(_) => {
                let real = self.real(path);
                self.root.as_ref().map_or(real.clone(), |root| relative(&real, root))
            }
        };
        let (name, is_utf8) = written(&path);
        Name { name: name.into(), is_utf8 }
    }

    /// Where a file is: links are resolved, so that a link is no second file.
    fn real(&mut self, path: &Path) -> PathBuf {
        let (Some(folder), Some(file)) = (path.parent(), path.file_name()) else { return real(path) };
        if path.is_symlink() {
            return real(path);
        }
        match &self.last {
            Some((written, known)) if written == folder => known.join(file),
            _ => {
                let known = real(if folder.as_os_str().is_empty() { Path::new(".") } else { folder });
                let whole = known.join(file);
                self.last = Some((folder.to_owned(), known));
                whole
            }
        }
    }
}

/// Where a path leads; what is not there is where it would be.
fn real(path: &Path) -> PathBuf {
    if let Ok(real) = std::fs::canonicalize(path) {
        return real;
    }
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    match (absolute.parent().map(std::fs::canonicalize), absolute.file_name()) {
        (Some(Ok(folder)), Some(file)) => folder.join(file),
        _ => absolute,
    }
}

/// The way from one folder to a file, up and down.
fn relative(path: &Path, root: &Path) -> PathBuf {
    let shared = path.components().zip(root.components()).take_while(|(one, other)| one == other).count();
    let up = root.components().skip(shared).map(|_| Component::ParentDir);
    up.chain(path.components().skip(shared)).collect()
}

/// A path without a leading `./`.
fn tidy(path: &Path) -> PathBuf {
    let tidied: PathBuf = path.components().filter(|part| *part != Component::CurDir).collect();
    if tidied.as_os_str().is_empty() { path.to_owned() } else { tidied }
}

/// A path with forward slashes, and whether it is UTF-8. Bytes that are not stand as `\xFF`, and so that two paths never
/// look the same, a backslash is doubled wherever there is something of that look.
fn written(path: &Path) -> (String, bool) {
    let bytes = path.as_os_str().as_encoded_bytes();
    let plain = path.to_str().filter(|name| !looks_escaped(name));
    if let Some(name) = plain {
        let slashes = std::path::MAIN_SEPARATOR == '\\';
        return (if slashes { name.replace('\\', "/") } else { name.to_owned() }, true);
    }
    let mut name = String::new();
    for chunk in bytes.utf8_chunks() {
        name.push_str(&chunk.valid().replace('\\', "\\\\"));
        name.extend(chunk.invalid().iter().map(|byte| format!("\\x{byte:02X}")));
    }
    (name, path.to_str().is_some())
}

fn looks_escaped(name: &str) -> bool {
    name.match_indices("\\x").any(|(at, _)| name.as_bytes()[at + 2..].iter().take(2).all(u8::is_ascii_hexdigit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_leads_up_and_down() {
        for (path, root, way) in [
            ("/w/texts/a.txt", "/w", "texts/a.txt"),
            ("/w/texts/a.txt", "/w/other", "../texts/a.txt"),
            ("/v/a.txt", "/w/x", "../../v/a.txt"),
            ("/w/a.txt", "/", "w/a.txt"),
        ] {
            assert_eq!(relative(Path::new(path), Path::new(root)), Path::new(way));
        }
    }

    #[cfg(unix)]
    #[test]
    fn names_that_are_no_text_stay_two() {
        use std::os::unix::ffi::OsStrExt;
        let name = |bytes: &[u8]| written(Path::new(std::ffi::OsStr::from_bytes(bytes)));
        assert_eq!(name(b"bad\xff.txt"), ("bad\\xFF.txt".to_owned(), false));
        assert_eq!(name(b"bad\xfe.txt"), ("bad\\xFE.txt".to_owned(), false));
        assert_eq!(name(b"bad\\xFF.txt"), ("bad\\\\xFF.txt".to_owned(), true), "it has that look without being it");
        assert_eq!(name(b"a\\b.txt"), ("a\\b.txt".to_owned(), true));
        assert_eq!(name(b"a\\\xff"), ("a\\\\\\xFF".to_owned(), false));
    }
}
