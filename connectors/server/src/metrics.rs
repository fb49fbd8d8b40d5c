//! What an operator counts (Prometheus). In: requests, queries, epochs. Out: their numbers as text. Never: a label whose
//! values have no end.

use crate::engine::Epoch;
use axum::http::{Method, StatusCode};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;
use std::time::Duration;

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Kind {
    method: &'static str,
    status: u16,
}

/// The numbers of one server.
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<Kind, Counter>,
    request_seconds: Histogram,
    query_seconds: Histogram,
    write_seconds: Histogram,
    epoch: Gauge,
    documents: Gauge,
    facts: Gauge,
    put: Counter,
    deleted: Counter,
    refused: Counter,
}

impl Metrics {
    pub(crate) fn new() -> Metrics {
        let seconds = || Histogram::new(exponential_buckets(0.001, 4.0, 9));
        let metrics = Metrics {
            registry: Registry::default(),
            requests: Family::default(),
            request_seconds: seconds(),
            query_seconds: seconds(),
            write_seconds: seconds(),
            epoch: Gauge::default(),
            documents: Gauge::default(),
            facts: Gauge::default(),
            put: Counter::default(),
            deleted: Counter::default(),
            refused: Counter::default(),
        };
        metrics.registered()
    }

    fn registered(mut self) -> Metrics {
        let registry = self.registry.sub_registry_with_prefix("kgloom");
        registry.register("http_requests", "Requests by method and status", self.requests.clone());
        registry.register("http_request_seconds", "Time until the head of an answer", self.request_seconds.clone());
        registry.register("query_seconds", "Time of a query until its answer was sent", self.query_seconds.clone());
        registry.register("epoch_seconds", "Time from a change to the graph that holds it", self.write_seconds.clone());
        registry.register("epoch", "The graph's epoch", self.epoch.clone());
        registry.register("documents", "Live documents", self.documents.clone());
        registry.register("facts", "Facts in the graph", self.facts.clone());
        registry.register("documents_put", "Documents put since the start", self.put.clone());
        registry.register("documents_deleted", "Documents deleted since the start", self.deleted.clone());
        registry.register("documents_refused", "Documents refused since the start", self.refused.clone());
        self
    }

    pub(crate) fn request(&self, method: &Method, status: StatusCode, time: Duration) {
        let method = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"].into_iter().find(|known| *known == method);
        self.requests.get_or_create(&Kind { method: method.unwrap_or("other"), status: status.as_u16() }).inc();
        self.request_seconds.observe(time.as_secs_f64());
    }

    pub(crate) fn query(&self, time: Duration) {
        self.query_seconds.observe(time.as_secs_f64());
    }

    pub(crate) fn epoch(&self, epoch: &Epoch) {
        self.epoch.set(epoch.epoch as i64);
        self.documents.set(epoch.documents as i64);
        self.facts.set(epoch.facts as i64);
        self.put.inc_by(epoch.put);
        self.deleted.inc_by(epoch.deleted);
        self.refused.inc_by(epoch.refused);
        self.write_seconds.observe(epoch.milliseconds as f64 / 1000.0);
    }

    /// All numbers, in the text format (OpenMetrics).
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        // Writing into a text cannot fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}
