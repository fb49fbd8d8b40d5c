//! The body of a request. In: a stream. Out: its bytes. Never: more than it may have, or longer than it may take.

use crate::problem::Problem;
use axum::body::Body;
use axum::http::StatusCode;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use std::time::Duration;

/// All bytes, at most so many, if they come in time.
pub(crate) async fn read(body: Body, most: usize, time: Duration) -> Result<Vec<u8>, Problem> {
    let read = tokio::time::timeout(time, Limited::new(body, most).collect()).await;
    let late = |_| Problem::new(StatusCode::REQUEST_TIMEOUT, format!("the body took longer than {time:?} to come"));
    match read.map_err(late)? {
        Ok(whole) => Ok(whole.to_bytes().into()),
        Err(error) if error.is::<LengthLimitError>() => {
            Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, format!("the body has more than {most} bytes")))
        }
        Err(error) => Err(Problem::bad(format!("the body broke off: {error}"))),
    }
}
