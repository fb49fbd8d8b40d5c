//! The body of a request. In: a stream, and what it is said to be. Out: its bytes. Never: more than it may have, or longer than it
//! may take; bytes of a coding taken for the text.

use crate::problem::Problem;
use crate::shared::blocking;
use axum::body::{Body, HttpBody};
use axum::http::{HeaderMap, StatusCode, header};
use flate2::read::MultiGzDecoder;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use std::io::Read;
use std::time::Duration;

/// All bytes, at most so many, if they come in time. What is sent in gzip is unpacked, and has no more than so many either.
pub(crate) async fn read(headers: &HeaderMap, body: Body, limits: (usize, Duration)) -> Result<Vec<u8>, Problem> {
    let (most, time) = limits;
    let packed = is_gzip(headers)?;
    // Where the length is told before, it is not waited for what would be refused.
    if body.size_hint().lower() > most as u64 {
        return Err(too_long(most));
    }
    let read = tokio::time::timeout(time, Limited::new(body, most).collect()).await;
    let late = |_| Problem::new(StatusCode::REQUEST_TIMEOUT, format!("the body took longer than {time:?} to come"));
    let bytes: Vec<u8> = match read.map_err(late)? {
        Ok(whole) => whole.to_bytes().into(),
        Err(error) if error.is::<LengthLimitError>() => return Err(too_long(most)),
        Err(error) => return Err(Problem::bad(format!("the body broke off: {error}"))),
    };
    match packed {
        true => blocking(move || unpacked(&bytes, most)).await,
        false => Ok(bytes),
    }
}

fn too_long(most: usize) -> Problem {
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, format!("the body has more than {most} bytes"))
}

/// Whether the body is in gzip; a coding that is not understood is a refusal.
fn is_gzip(headers: &HeaderMap) -> Result<bool, Problem> {
    let mut packed = false;
    for codings in headers.get_all(header::CONTENT_ENCODING) {
        let codings = codings.to_str().map_err(|_| Problem::coding("no coding that has a name"))?;
        for coding in codings.split(',').map(|coding| coding.trim().to_ascii_lowercase()) {
            match coding.as_str() {
                "" | "identity" => {}
                "gzip" | "x-gzip" if !packed => packed = true,
                "gzip" | "x-gzip" => return Err(Problem::coding("gzip twice over")),
                other => return Err(Problem::coding(other)),
            }
        }
    }
    Ok(packed)
}

/// The bytes within gzip. A few may stand for very many, so no more are unpacked than there may be.
fn unpacked(bytes: &[u8], most: usize) -> Result<Vec<u8>, Problem> {
    let mut plain = Vec::new();
    let read = MultiGzDecoder::new(bytes).take(most as u64 + 1).read_to_end(&mut plain);
    read.map_err(|error| Problem::bad(format!("the body is no whole gzip: {error}")))?;
    if plain.len() > most { Err(too_long(most)) } else { Ok(plain) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use std::io::Write;

    fn packed(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(text).expect("memory");
        encoder.finish().expect("memory")
    }

    #[track_caller]
    fn coding(said: &str, expected: Option<bool>) {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_str(said).expect("a header"));
        assert_eq!(is_gzip(&headers).ok(), expected, "{said}");
    }

    #[test]
    fn a_coding_is_understood_or_refused() {
        assert_eq!(is_gzip(&HeaderMap::new()).ok(), Some(false));
        [("", false), ("identity", false), ("gzip", true), ("GZIP", true), ("x-gzip", true), ("identity, gzip", true)]
            .into_iter()
            .for_each(|(said, packed)| coding(said, Some(packed)));
        ["br", "deflate", "zstd", "gzip, br", "gzip, gzip", "x", "gzip;q=1"]
            .into_iter()
            .for_each(|said| coding(said, None));
    }

    #[test]
    fn gzip_is_unpacked_under_the_limit_and_only_whole() {
        let status = |bytes: &[u8]| unpacked(bytes, 1_000).map_err(|problem| problem.status.as_u16());
        assert_eq!(status(&packed(b"Ada")), Ok(b"Ada".to_vec()));
        assert_eq!(status(&[packed(b"Ada "), packed(b"Bob")].concat()), Ok(b"Ada Bob".to_vec()), "one after the other");
        assert_eq!(status(&packed(&[b'a'; 1_000])).map(|plain| plain.len()), Ok(1_000));
        assert_eq!(status(&packed(&[b'a'; 1_001])), Err(413));
        assert_eq!(status(&packed(&vec![b'a'; 50 << 20])), Err(413));
        let whole = packed(b"Ada Marwick works at Lumenta.");
        assert_eq!(status(&whole[..whole.len() - 4]), Err(400), "it breaks off");
        assert_eq!(status(b"plain text"), Err(400));
        assert_eq!(status(b""), Err(400));
    }
}
