//! Answers in gzip, for who takes it (RFC 9110, 12.5.3). In: an answer as it comes. Out: the same in fewer bytes, as it comes. Never:
//! an answer that is held until it is whole, a stream of events, a whole end where an answer broke off.

use crate::negotiate::weight;
use crate::problem::Problem;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use flate2::Compression;
use flate2::write::GzEncoder;
use futures_util::stream::{self, Stream, StreamExt};
use std::io::Write;

/// Bytes from which on it is worth it.
const WORTH: usize = 1 << 10;
/// Bytes that are compressed before others have their turn.
const PIECE: usize = 64 << 10;

/// What a reader takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Taken {
    /// Bytes as they are.
    Plain,
    /// The same, and gzip rather.
    Either,
    /// Nothing but gzip.
    Gzip,
}

/// Compresses what is worth it.
pub(crate) async fn compress(request: Request, next: Next) -> Response {
    let Some(taken) = taken(request.headers()) else {
        return Problem::new(StatusCode::NOT_ACCEPTABLE, "an answer is sent as it is, or in gzip").into_response();
    };
    let response = next.run(request).await;
    let kind = response.headers().get(header::CONTENT_TYPE);
    let is_stream = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream"));
    let size = response.body().size_hint().exact();
    if is_stream || size == Some(0) {
        return response;
    }
    let (mut head, body) = response.into_parts();
    head.headers.append(header::VARY, HeaderValue::from_static("accept-encoding"));
    if taken == Taken::Plain || taken == Taken::Either && size.is_some_and(|size| size < WORTH as u64) {
        return Response::from_parts(head, body);
    }
    // Of what comes as it is made the size is not known before.
    let (mut rest, mut begun, mut length) = (body.into_data_stream().fuse(), Vec::new(), 0);
    while length < WORTH {
        let Some(piece) = rest.next().await else { break };
        let goes_on = piece.is_ok();
        length += piece.as_ref().map_or(0, Bytes::len);
        begun.push(piece);
        if !goes_on {
            break;
        }
    }
    let whole = stream::iter(begun).chain(rest);
    if taken == Taken::Either && length < WORTH {
        return Response::from_parts(head, Body::from_stream(whole));
    }
    head.headers.remove(header::CONTENT_LENGTH);
    head.headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    Response::from_parts(head, Body::from_stream(packed(whole)))
}

/// The best that a reader takes; none where it is nothing that there is.
fn taken(headers: &HeaderMap) -> Option<Taken> {
    let codings = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|codings| codings.to_str().ok());
    let (mut gzip, mut plain, mut any) = (None, None, None);
    for coding in codings.flat_map(|codings| codings.split(',')) {
        let mut parts = coding.split(';');
        let of = match parts.next().unwrap_or_default().trim().to_ascii_lowercase().as_str() {
            "gzip" | "x-gzip" => &mut gzip,
            "identity" => &mut plain,
            "*" => &mut any,
            _ => continue,
        };
        *of = Some(weight(parts));
    }
    let gzip = gzip.or(any).unwrap_or(0);
    // What is as it is need not be named to be taken, but less gladly than what is.
    let plain = plain.or(any.filter(|any| *any == 0)).unwrap_or(1);
    match (gzip, plain) {
        (0, 0) => None,
        (_, 0) => Some(Taken::Gzip),
        (gzip, plain) if gzip >= plain => Some(Taken::Either),
        _ => Some(Taken::Plain),
    }
}

type Piece = Result<Bytes, axum::Error>;

/// The bytes of a gzip file (RFC 1952) of all pieces. Where they break off it does.
fn packed(pieces: impl Stream<Item = Piece> + Send + Unpin + 'static) -> impl Stream<Item = Piece> + Send {
    // The fastest: what is saved beyond it is less than it costs on the way.
    let encoder = Some(GzEncoder::new(Vec::new(), Compression::fast()));
    stream::unfold((pieces, encoder, Bytes::new()), |(mut pieces, mut encoder, mut left)| async move {
        loop {
            // None: the end is sent, or there is none.
            let packing = encoder.as_mut()?;
            if left.is_empty() {
                match pieces.next().await {
                    Some(Ok(piece)) => left = piece,
                    Some(Err(error)) => return Some((Err(error), (pieces, None, left))),
                    None => {
                        let end = encoder.take()?.finish().map(Bytes::from).map_err(axum::Error::new);
                        return Some((end, (pieces, None, left)));
                    }
                }
            }
            let piece = left.split_to(left.len().min(PIECE));
            if let Err(error) = packing.write_all(&piece) {
                return Some((Err(axum::Error::new(error)), (pieces, None, left)));
            }
            let made = std::mem::take(packing.get_mut());
            if !made.is_empty() {
                return Some((Ok(made.into()), (pieces, encoder, left)));
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(accept: &str, expected: Option<Taken>) {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_str(accept).expect("a header"));
        assert_eq!(taken(&headers), expected, "{accept}");
    }

    #[test]
    fn the_reader_decides() {
        assert_eq!(taken(&HeaderMap::new()), Some(Taken::Plain));
        check("", Some(Taken::Plain));
        check("gzip", Some(Taken::Either));
        check("gzip, deflate, br", Some(Taken::Either));
        check("br;q=1.0, GZIP;q=0.2", Some(Taken::Either));
        check("*", Some(Taken::Either));
        check("identity, gzip;q=0.5", Some(Taken::Plain));
        check("identity;q=0.5, gzip", Some(Taken::Either));
        check("gzip;q=0", Some(Taken::Plain));
        check("gzip;q=0, *", Some(Taken::Plain));
        check("br", Some(Taken::Plain));
        check("identity;q=0, gzip", Some(Taken::Gzip));
        check("gzip;q=0.1, *;q=0", Some(Taken::Gzip));
        check("identity;q=0, *", Some(Taken::Gzip));
        check("*;q=0", None);
        check("br, identity;q=0", None);
        check("gzip;q=0, identity;q=0", None);
        check("identity, *;q=0", Some(Taken::Plain));
    }
}
