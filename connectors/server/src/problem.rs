//! What went wrong, told to whoever asked. In: an error. Out: a status and a sentence as JSON. Never: a page of HTML.

use crate::engine::Failure;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use connectors::store::QueryError;
use serde_json::json;

/// What went wrong.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    pub status: StatusCode,
    pub message: String,
    place: Option<(usize, usize)>,
    allow: Option<&'static str>,
    /// Whether it is told which codings a body may have.
    codings: bool,
}

pub(crate) type Answered = Result<Response, Problem>;

impl Problem {
    pub(crate) fn new(status: StatusCode, message: impl Into<String>) -> Problem {
        Problem { status, message: message.into(), place: None, allow: None, codings: false }
    }

    /// What cannot be meant.
    pub(crate) fn bad(message: impl Into<String>) -> Problem {
        Problem::new(StatusCode::BAD_REQUEST, message)
    }

    /// A method that is not there, with those that are.
    pub(crate) fn method(message: &str, allow: &'static str) -> Problem {
        Problem { allow: Some(allow), ..Problem::new(StatusCode::METHOD_NOT_ALLOWED, message) }
    }

    /// A path that leads nowhere.
    pub(crate) fn nothing_at(path: &str) -> Problem {
        Problem::new(StatusCode::NOT_FOUND, format!("there is nothing at {path}"))
    }

    /// Bytes in a coding that is not understood, with the one that is.
    pub(crate) fn coding(coding: &str) -> Problem {
        let sentence = format!("a body is sent as it is, or in gzip, and this is {coding}");
        Problem { codings: true, ..Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, sentence) }
    }

    /// Why a query gave nothing.
    pub(crate) fn of_query(error: &QueryError) -> Problem {
        // What may be given is called otherwise here than on the command line.
        let message = match error {
            QueryError::Timeout { after } => format!(
                "the query took longer than {} s; make it narrower, or give it more time with timeout=, up to what the server \
                 was given with --timeout-s",
                after.as_secs_f64()
            ),
            QueryError::Memory { most } => format!(
                "the query took more than {} MB of memory; make it narrower, or give the server more with --query-memory",
                most / 1_000_000
            ),
            error => error.to_string(),
        };
        let status = match error {
            QueryError::Syntax { line, column, .. } => {
                return Problem { place: Some((*line, *column)), ..Problem::bad(message) };
            }
            QueryError::Meaningless(_)
            | QueryError::Refused(_)
            | QueryError::Text { .. }
            | QueryError::Evaluation(_) => StatusCode::BAD_REQUEST,
            QueryError::Format { .. } | QueryError::Unacceptable(_) => StatusCode::NOT_ACCEPTABLE,
            QueryError::Timeout { .. } | QueryError::Memory { .. } => StatusCode::SERVICE_UNAVAILABLE,
            QueryError::Output(_) | QueryError::Panicked(_) => StatusCode::INTERNAL_SERVER_ERROR,
        };
        Problem::new(status, message)
    }

    /// The same as an engine tells it.
    pub(crate) fn of(failure: Failure) -> Problem {
        match failure {
            Failure::Meaningless(message) => Problem::bad(message),
            Failure::Missing(message) => Problem::new(StatusCode::NOT_FOUND, message),
            Failure::Refused(message) => Problem::new(StatusCode::UNPROCESSABLE_ENTITY, message),
            Failure::Unavailable(message) => Problem::new(StatusCode::SERVICE_UNAVAILABLE, message),
            Failure::Broken(message) => Problem::new(StatusCode::INTERNAL_SERVER_ERROR, message),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut body = json!({ "error": self.message });
        if let Some((line, column)) = self.place {
            (body["line"], body["column"]) = (line.into(), column.into());
        }
        let mut response = (self.status, axum::Json(body)).into_response();
        let headers = response.headers_mut();
        if matches!(self.status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if self.codings {
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
        }
        if let Some(allow) = self.allow {
            headers.insert(header::ALLOW, HeaderValue::from_static(allow));
        }
        response
    }
}
