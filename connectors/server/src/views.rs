//! What is to be seen, as JSON. In: parameters. Out: a view of the engine's. Never: a write.

use crate::engine::{Direction, FactsOf, SearchFor, View};
use crate::methods;
use crate::problem::{Answered, Problem};
use crate::shared::{Shared, blocking};
use crate::sparql::NO_TEXT;
use axum::Json;
use axum::extract::{Request, State};
use axum::http::{Method, Uri};
use axum::response::IntoResponse;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The parameters of an address, each once.
pub(crate) type Parameters = BTreeMap<String, String>;

/// Reads them; the first of equals counts.
pub(crate) fn parameters(uri: &Uri) -> Result<Parameters, Problem> {
    let mut all = Parameters::new();
    let given = crate::percent::form(uri.query().unwrap_or_default().as_bytes());
    for (name, value) in given.ok_or_else(|| Problem::bad(NO_TEXT))? {
        all.entry(name).or_insert(value);
    }
    Ok(all)
}

/// A number among them, at most `most`.
pub(crate) fn number(asked: &Parameters, name: &str, usual: usize, most: usize) -> Result<usize, Problem> {
    match asked.get(name) {
        None => Ok(usual),
        Some(text) => {
            let number: Result<usize, _> = text.parse();
            number.map(|number| number.min(most)).map_err(|_| Problem::bad(format!("{name}= is a number")))
        }
    }
}

fn needed(asked: &Parameters, name: &str) -> Result<String, Problem> {
    let given = asked.get(name).filter(|value| !value.trim().is_empty());
    given.cloned().ok_or_else(|| Problem::bad(format!("{name}= is missing")))
}

/// What is searched for.
fn search(asked: &Parameters) -> Result<SearchFor, Problem> {
    let given = |name: &str| asked.get(name).filter(|value| !value.trim().is_empty()).cloned();
    let is = |name: &str| asked.get(name).is_some_and(|value| value != "false");
    Ok(SearchFor {
        text: needed(asked, "text")?,
        class: given("class"),
        pattern: given("where"),
        documents: is("documents"),
        by: given("by").unwrap_or_default(),
        limit: number(asked, "limit", 10, 1_000)?,
        spread: given("spread").map(|_| number(asked, "spread", 4, 100)).transpose()?,
        explain: is("explain"),
    })
}

/// Which facts of an entity are told.
fn facts_of(asked: &Parameters) -> Result<FactsOf, Problem> {
    let direction = asked.get("direction").filter(|word| !word.is_empty()).map(|word| {
        let known = Direction::ALL.into_iter().find(|direction| direction.word() == word);
        known.ok_or_else(|| Problem::bad("direction= is out or in"))
    });
    let (offset, each) = (number(asked, "offset", 0, usize::MAX)?, asked.contains_key("each"));
    if each && offset > 0 {
        return Err(Problem::bad(
            "each= gives the first facts of each relation, and offset= goes on with those of one",
        ));
    }
    Ok(FactsOf {
        iri: needed(asked, "iri")?,
        relation: asked.get("relation").filter(|relation| !relation.trim().is_empty()).cloned(),
        direction: direction.transpose()?,
        offset,
        limit: number(asked, "limit", 500, 1_000)?,
        each: each.then(|| number(asked, "each", 0, 1_000)).transpose()?,
        documents: number(asked, "documents", 400, 400)?,
    })
}

/// A view.
pub(crate) async fn view(shared: &Arc<Shared>, view: View) -> Answered {
    let engine = Arc::clone(&shared.engine);
    let is_status = view == View::Status;
    let mut seen = blocking(move || engine.view(&view).map_err(Problem::of)).await?;
    if is_status && shared.settings.token.is_none() {
        seen["writable"] = false.into();
    }
    Ok(Json(seen).into_response())
}

/// `GET` of any of the views.
pub(crate) async fn seen(State(shared): State<Arc<Shared>>, request: Request) -> Answered {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Err(methods::refused(request.uri().path()));
    }
    let asked = parameters(request.uri())?;
    let wanted = match request.uri().path() {
        "/start" => View::Start,
        "/schema" => View::Schema,
        "/status" => View::Status,
        "/find" => View::Find {
            text: asked.get("text").cloned().unwrap_or_default(),
            class: asked.get("class").filter(|class| !class.is_empty()).cloned(),
            limit: number(&asked, "limit", 20, 1_000)?,
        },
        "/entity" => View::Entity(facts_of(&asked)?),
        "/neighbourhood" => {
            View::Neighbourhood { iri: needed(&asked, "iri")?, limit: number(&asked, "limit", 60, 300)? }
        }
        "/explain" => View::Explain {
            subject: needed(&asked, "subject")?,
            relation: needed(&asked, "relation")?,
            object: needed(&asked, "object")?,
        },
        "/ask" => View::Ask(needed(&asked, "question")?),
        "/search" => View::Search(search(&asked)?),
        "/rejections" => View::Rejections { limit: number(&asked, "limit", 100, 10_000)? },
        other => return Err(Problem::nothing_at(other)),
    };
    view(&shared, wanted).await
}
