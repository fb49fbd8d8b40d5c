//! Tools that read. In: arguments. Out: a page of the graph. Never: a write.

use crate::client::{Client, QueryOptions};
use crate::error::Error;
use crate::mcp::answers as give;
use crate::mcp::arguments as take;
use crate::mcp::names::{bare, resolve};
use crate::mcp::pages::{cut, next, size, start, start_within, text};
use crate::mcp::served::{Failure, Served, Told};
use crate::mcp::wire::{self, written};
use crate::mcp::{explained, rows};
use rmcp::handler::server::wrapper::{Json, Parameters};
use rmcp::{tool, tool_router};
use serde_json::Value;
use std::cmp::Reverse;

/// The longest that a query may take, in seconds.
const LONGEST: f64 = 120.0;
/// Bytes of a document's text on a page.
const TEXT: usize = 8_000;
/// Answers to a plain question.
const ANSWERS: usize = 50;
/// Documents that are named beside an entity.
const MENTIONING: usize = 10;

#[tool_router(router = reading, vis = "pub(crate)")]
impl Served {
    #[tool(
        description = "The classes and relations of the graph, with labels, counts, and how SPARQL writes them. Ask \
                       this first.",
        annotations(title = "Schema", read_only_hint = true, idempotent_hint = true, open_world_hint = false)
    )]
    async fn schema(&self, Parameters(asked): Parameters<take::Schema>) -> Result<Json<give::Schema>, Failure> {
        self.answer(move |client| schema(client, &asked)).await
    }

    #[tool(
        description = "Finds things by name or a part of it: their IRIs, classes and numbers of facts, the \
                       likeliest first.",
        annotations(title = "Find by name", read_only_hint = true, idempotent_hint = true, open_world_hint = false)
    )]
    async fn find(&self, Parameters(asked): Parameters<take::Find>) -> Result<Json<give::Found>, Failure> {
        let find = move |client: &Client| -> Told<give::Found> {
            let limit = size(asked.limit, 10, 50)?.to_string();
            let mut parameters = vec![("text", asked.text.as_str()), ("limit", &limit)];
            parameters.extend(asked.class.as_deref().map(|class| ("class", class)));
            let wire::Found { found, more } = client.read("/find", &parameters)?;
            Ok(give::Found { found: found.into_iter().map(give::Thing::from).collect(), more })
        };
        self.answer(find).await
    }

    #[tool(
        description = "Finds things, or documents, by what a text means: a description in words where no name is \
                       known. `query` has the same as kgloom:nearest, kgloom:text and kgloom:similarity.",
        annotations(title = "Find by meaning", read_only_hint = true, idempotent_hint = true, open_world_hint = false)
    )]
    async fn search(&self, Parameters(asked): Parameters<take::Search>) -> Result<Json<give::Meant>, Failure> {
        let search = move |client: &Client| -> Told<give::Meant> {
            let limit = size(asked.limit, 10, 50)?.to_string();
            let mut parameters = vec![("text", asked.text.as_str()), ("limit", &limit)];
            parameters.extend(asked.class.as_deref().map(|class| ("class", class)));
            parameters.extend(asked.documents.then_some(("documents", "true")));
            Ok(client.read("/search", &parameters)?)
        };
        self.answer(search).await
    }

    #[tool(
        description = "One thing: its names, classes and facts in both directions, with labels, certainty and \
                       number of documents. Facts come in pages.",
        annotations(
            title = "Describe a thing",
            read_only_hint = true,
            idempotent_hint = true,
            open_world_hint = false
        )
    )]
    async fn describe(&self, Parameters(asked): Parameters<take::Describe>) -> Result<Json<give::Described>, Failure> {
        self.answer(move |client| describe(client, &asked)).await
    }

    #[tool(
        description = "Asks SPARQL 1.1 (reading only). Common prefixes such as wdt:, rdfs:, person: are known; \
                       `schema` tells how classes and relations are written, `?x rdfs:label ?name` gives names. At \
                       most 200 rows come.",
        annotations(title = "SPARQL", read_only_hint = true, idempotent_hint = true, open_world_hint = false)
    )]
    async fn query(&self, Parameters(asked): Parameters<take::Query>) -> Result<Json<give::Answer>, Failure> {
        let query = move |client: &Client| -> Told<give::Answer> {
            let limit = size(asked.limit, 50, 200)?;
            let seconds = asked.timeout_s.unwrap_or(20.0);
            if seconds.is_nan() || seconds <= 0.0 {
                return Err(Failure::new("timeout_s is a number of seconds above 0, at most 120"));
            }
            let seconds = seconds.min(LONGEST);
            // One more than is shown tells whether there is more.
            let options = QueryOptions { timeout_s: Some(seconds), limit: Some(limit + 1), entailed: asked.entailed };
            let mut text = Vec::new();
            let media = client.query(&asked.sparql, rows::ACCEPT, &options, &mut text).map_err(unanswered)?;
            rows::page(&media, &text, limit)
        };
        self.answer(query).await
    }

    #[tool(
        description = "Answers a short plain question about the graph, and shows the SPARQL that was asked. It \
                       knows simple questions only: where `known` is false, use `query`.",
        annotations(title = "Ask a question", read_only_hint = true, idempotent_hint = true, open_world_hint = false)
    )]
    async fn ask(&self, Parameters(asked): Parameters<take::Ask>) -> Result<Json<give::Replied>, Failure> {
        let ask = move |client: &Client| -> Told<give::Replied> {
            let wire::Asked { known, sparql, reading, answers, why, notes } =
                client.read("/ask", &[("question", &asked.question)])?;
            let (answers, more) = cut(answers, 0, ANSWERS);
            let answers = answers.iter().map(|term| give::Named { value: term.read(), iri: term.iri() }).collect();
            Ok(give::Replied { known, reading, answers, more, sparql, why, notes })
        };
        self.answer(ask).await
    }

    #[tool(
        description = "Why a fact is in the graph: the sentences that state it with their documents, or the rules \
                       by which it follows. Use it before you rely on a fact.",
        annotations(title = "Explain a fact", read_only_hint = true, idempotent_hint = true, open_world_hint = false)
    )]
    async fn explain(&self, Parameters(asked): Parameters<take::Explain>) -> Result<Json<give::Explained>, Failure> {
        let explain = move |client: &Client| -> Told<give::Explained> {
            let limit = size(asked.limit, 5, 20)?;
            let all = explanations(client, &asked)?;
            Ok(give::Explained { explanations: all.iter().map(|one: &Value| explained::shown(one, limit)).collect() })
        };
        self.answer(explain).await
    }

    #[tool(
        description = "Links that probably are missing at a thing, with probabilities and why. They are guesses of \
                       a model, and no document states them.",
        annotations(title = "Predict links", read_only_hint = true, idempotent_hint = true, open_world_hint = false)
    )]
    async fn predict(&self, Parameters(asked): Parameters<take::Predict>) -> Result<Json<give::Predicted>, Failure> {
        let predict = move |client: &Client| -> Told<give::Predicted> {
            let entity = resolve(client, &asked.entity)?;
            let whole: wire::Whole = client.read("/entity", &[("iri", &entity), ("limit", "0"), ("documents", "0")])?;
            let (mut links, limit) = (whole.predicted, size(asked.limit, 10, 50)?);
            links.sort_by(|one, other| other.probability.total_cmp(&one.probability));
            let (links, more) = cut(links, 0, limit);
            Ok(give::Predicted { iri: whole.iri, name: whole.name, links: links.into_iter().map(link).collect(), more })
        };
        self.answer(predict).await
    }

    #[tool(
        description = "Lists the documents that the graph was read from, or gives the text of one (`id`) in pages.",
        annotations(title = "Documents", read_only_hint = true, idempotent_hint = true, open_world_hint = false)
    )]
    async fn documents(
        &self,
        Parameters(asked): Parameters<take::Documents>,
    ) -> Result<Json<give::Documents>, Failure> {
        self.answer(move |client| documents(client, &asked)).await
    }
}

/// Why a query was not answered: what gives it more time is called otherwise here.
fn unanswered(error: Error) -> Failure {
    match error {
        Error::Refused { status: 503, message, .. } if message.starts_with("the query took longer") => {
            let front = message.split("; ").next().unwrap_or_default();
            Failure(format!("{front}; make it narrower, or give it more time with timeout_s, at most {LONGEST}"))
        }
        error => error.into(),
    }
}

fn schema(client: &Client, asked: &take::Schema) -> Told<give::Schema> {
    let (limit, start) = (size(asked.limit, 50, 200)?, start(asked.cursor.as_deref())?);
    let wire::Schema { mut classes, mut relations } = client.read("/schema", &[])?;
    if let Some(text) = asked.text.as_ref().map(|text| text.to_lowercase()) {
        let holds = |names: [&str; 2]| names.iter().any(|name| name.to_lowercase().contains(&text));
        classes.retain(|class| holds([&class.label, &class.short]));
        relations.retain(|relation| holds([&relation.label, &relation.short]));
    }
    classes.sort_by_key(|class| Reverse(class.things));
    relations.sort_by_key(|relation| Reverse(relation.facts));
    let (classes, more_classes) = cut(classes, start, limit);
    let (relations, more_relations) = cut(relations, start, limit);
    let class = |class: wire::Class| {
        let wire::Class { iri, short, label, things, comment } = class;
        give::Class { sparql: written(&iri, &short), label, things, comment: comment.filter(|text| !text.is_empty()) }
    };
    let relation = |relation: wire::Relation| {
        let wire::Relation { iri, short, label, facts, from, to, comment } = relation;
        let comment = comment.filter(|text| !text.is_empty());
        give::Relation { sparql: written(&iri, &short), label, facts, from, to, comment }
    };
    Ok(give::Schema {
        classes: classes.into_iter().map(class).collect(),
        relations: relations.into_iter().map(relation).collect(),
        next: next(more_classes || more_relations, start, limit),
    })
}

/// Why a fact is there. Of several things that a name may mean it is the one that has the fact.
fn explanations(client: &Client, asked: &take::Explain) -> Told<Vec<Value>> {
    let of = |subject: &str| -> Told<Vec<Value>> {
        let fact = [("subject", subject), ("relation", bare(&asked.relation)), ("object", bare(&asked.object))];
        let mut told = client.view("/explain", &fact)?;
        Ok(told["explanations"].as_array_mut().map(std::mem::take).unwrap_or_default())
    };
    let named = resolve(client, &asked.subject);
    if let Ok(iri) = &named {
        let all = of(iri)?;
        if !all.is_empty() {
            return Ok(all);
        }
    }
    // The graph tries each that is called so; where none is, it has said so above.
    match of(bare(&asked.subject)) {
        Ok(all) if !all.is_empty() => Ok(all),
        _ => named.and(Err(Failure::new("the graph has no such fact; `describe` lists those of the subject"))),
    }
}

fn describe(client: &Client, asked: &take::Describe) -> Told<give::Described> {
    let (limit, start) = (size(asked.limit, 40, 200)?, start(asked.cursor.as_deref())?);
    let (entity, most, offset) = (resolve(client, &asked.entity)?, limit.to_string(), start.to_string());
    let mut page = vec![("iri", entity.as_str()), ("limit", &most), ("offset", &offset)];
    page.extend(asked.relation.as_deref().map(|relation| ("relation", relation)));
    let mut whole: wire::Whole = client.read("/entity", &page)?;
    start_within(asked.cursor.as_deref(), whole.total)?;
    whole.documents.sort_by_key(|document| Reverse(document.mentions));
    let (total, more) = (whole.total, whole.total > start.saturating_add(limit));
    Ok(give::Described {
        sparql: written(&whole.iri, &whole.short),
        iri: whole.iri,
        names: whole.names.into_iter().filter(|name| *name != whole.name).collect(),
        name: whole.name,
        classes: whole.classes.iter().map(wire::Term::read).collect(),
        facts: whole.facts.into_iter().map(fact).collect(),
        total,
        next: next(more, start, limit),
        documents: whole.documents.into_iter().take(MENTIONING).map(|document| document.id).collect(),
        predicted: whole.predicted_total.max(whole.predicted.len()),
    })
}

fn fact(fact: wire::Fact) -> give::Fact {
    let wire::Fact { relation, direction, value, certainty, documents, entailed } = fact;
    let (iri, sparql) = (value.iri(), relation.written());
    let (relation, value) = (relation.read(), value.read());
    give::Fact { relation, sparql, direction, value, iri, certainty, documents, follows: entailed }
}

fn link(link: wire::Link) -> give::Link {
    let wire::Link { relation, direction, value, probability, evidence } = link;
    let (iri, sparql) = (value.iri(), relation.written());
    let (relation, value) = (relation.read(), value.read());
    give::Link { relation, sparql, direction, value, iri, probability, because: evidence }
}

fn documents(client: &Client, asked: &take::Documents) -> Told<give::Documents> {
    let cursor = asked.cursor.as_deref().filter(|cursor| !cursor.is_empty());
    if let Some(id) = &asked.id {
        let all = client.document(id)?;
        let (page, next) = text(&all, start_within(cursor, all.len())?, TEXT);
        return Ok(give::Documents { text: Some(page), next, ..give::Documents::default() });
    }
    let limit = size(asked.limit, 20, 100)?.to_string();
    let mut parameters = vec![("limit", limit.as_str())];
    parameters.extend(cursor.map(|after| ("after", after)));
    parameters.extend(asked.containing.as_deref().map(|part| ("containing", part)));
    let wire::Documents { documents, next, total } = client.read("/documents", &parameters)?;
    let document = |document: wire::Document| {
        let wire::Document { id, bytes, refused } = document;
        let refused = refused.map(|refused| match refused.location {
            Some(location) => format!("{} ({location})", refused.reason),
            None => refused.reason,
        });
        give::Document { id, bytes, refused }
    };
    let documents = documents.into_iter().map(document).collect();
    Ok(give::Documents { documents: Some(documents), total: Some(total), next, ..give::Documents::default() })
}
