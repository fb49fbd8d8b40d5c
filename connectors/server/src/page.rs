//! The page, embedded as it was built. In: a path. Out: its bytes. Never: a file of the disk.

use axum::http::{HeaderValue, Uri, header};
use axum::response::{IntoResponse, Response};

/// What the page consists of: its path, its media type, its bytes.
const FILES: [(&str, &str, &[u8]); 6] = [
    ("/", "text/html; charset=utf-8", include_bytes!("../page/dist/index.html")),
    ("/page.js", "text/javascript; charset=utf-8", include_bytes!("../page/dist/page.js")),
    ("/editor.js", "text/javascript; charset=utf-8", include_bytes!("../page/dist/editor.js")),
    ("/graph.js", "text/javascript; charset=utf-8", include_bytes!("../page/dist/graph.js")),
    ("/page.css", "text/css; charset=utf-8", include_bytes!("../page/dist/page.css")),
    ("/LICENSES.txt", "text/plain; charset=utf-8", include_bytes!("../page/dist/LICENSES.txt")),
];

/// Whether there is a file at a path.
pub(crate) fn is_file(path: &str) -> bool {
    FILES.iter().any(|(known, ..)| *known == path)
}

/// What a page may do: its own scripts and styles, and ask this server. The editor writes its styles itself.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; \
                      img-src 'self' data: blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The file at a path, if there is one.
pub(crate) fn file(uri: &Uri) -> Option<Response> {
    let (_, kind, bytes) = FILES.iter().find(|(path, ..)| *path == uri.path())?;
    let mut response = (*bytes).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    Some(response)
}
