//! Pulling and checking models, against a hub on this machine.

use super::*;
use std::sync::Arc;
use std::thread::JoinHandle;
use tiny_http::{Header, Response, Server};

/// Answers as the hub does, for one repository with the given files.
struct LocalHub {
    server: Arc<Server>,
    thread: Option<JoinHandle<usize>>,
}

const REVISION: &str = "0123456789abcdef0123456789abcdef01234567";

impl LocalHub {
    fn start(files: Vec<(&'static str, Vec<u8>)>) -> LocalHub {
        let server = Arc::new(Server::http("127.0.0.1:0").unwrap());
        let listening = Arc::clone(&server);
        let thread = std::thread::spawn(move || {
            let mut requests = 0;
            for request in listening.incoming_requests() {
                requests += 1;
                let url = request.url().to_owned();
                if url.starts_with("/api/models/") {
                    let siblings: Vec<_> =
                        files.iter().map(|(name, _)| serde_json::json!({ "rfilename": name })).collect();
                    let body = serde_json::json!({ "siblings": siblings, "sha": REVISION }).to_string();
                    request.respond(Response::from_string(body)).unwrap();
                    continue;
                }
                let file = files.iter().find(|(name, _)| url.ends_with(&format!("/resolve/{REVISION}/{name}")));
                match file {
                    None => request.respond(Response::from_string("no").with_status_code(404)).unwrap(),
                    Some((name, bytes)) => {
                        let range = request.headers().iter().find(|header| header.field.equiv("Range"));
                        let range = range.map(|header| header.value.to_string()).unwrap_or_default();
                        let body = if range == "bytes=0-0" { bytes[..1].to_vec() } else { bytes.clone() };
                        let response = Response::from_data(body)
                            .with_status_code(206)
                            .with_header(header("Content-Range", &format!("bytes 0-0/{}", bytes.len())))
                            .with_header(header("ETag", &format!("\"tag-{name}\"")))
                            .with_header(header("x-repo-commit", REVISION));
                        request.respond(response).unwrap();
                    }
                }
            }
            requests
        });
        LocalHub { server, thread: Some(thread) }
    }

    fn endpoint(&self) -> String {
        format!("http://{}", self.server.server_addr())
    }

    /// Ends the hub and tells how often it was asked.
    fn stop(mut self) -> usize {
        self.server.unblock();
        self.thread.take().unwrap().join().unwrap()
    }
}

fn header(name: &str, value: &str) -> Header {
    Header::from_bytes(name, value).unwrap()
}

fn good_files() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("README.md", b"a model".to_vec()),
        ("config.json", b"{}".to_vec()),
        ("tokenizer.json", b"{\"version\": \"1.0\"}".to_vec()),
        ("model.safetensors", vec![7; 300_000]),
        ("pytorch_model.bin", vec![8; 10]),
    ]
}

fn model() -> Pinned {
    format!("someone/tiny-bert@{REVISION}").parse().unwrap()
}

#[test]
fn a_model_is_pulled_once_and_can_be_checked() {
    let folder = tempfile::tempdir().unwrap();
    let local = LocalHub::start(good_files());
    let hub = Hub::new(folder.path(), Some(&local.endpoint()), false);
    let path = hub.pull(&model()).unwrap();
    assert_eq!(path, folder.path().join(format!("someone--tiny-bert@{REVISION}")));
    assert_eq!(fs::read(path.join("model.safetensors")).unwrap(), vec![7; 300_000]);
    let mut names: Vec<_> = fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["config.json", "manifest.json", "model.safetensors", "tokenizer.json"]);
    let asked = local.stop();
    assert!(asked >= 4, "{asked}");
    // The hub is gone, and offline is fine: everything is here.
    let hub = Hub::new(folder.path(), Some("http://127.0.0.1:9"), true);
    assert_eq!(hub.pull(&model()).unwrap(), path);
    let listed = hub.list().unwrap();
    assert_eq!((listed.len(), listed[0].1.repository.as_str(), listed[0].1.sha256.len()), (1, "someone/tiny-bert", 3));
    assert!(hub.verify().unwrap().iter().all(|checked| checked.outcome.is_ok() && checked.model == model()));
}

#[test]
fn a_changed_file_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let local = LocalHub::start(good_files());
    let hub = Hub::new(folder.path(), Some(&local.endpoint()), false);
    let path = hub.pull(&model()).unwrap();
    local.stop();
    fs::write(path.join("tokenizer.json"), "{}").unwrap();
    let checked = hub.verify().unwrap();
    assert!(
        matches!(&checked[0].outcome, Err(HubError::Changed { file, .. }) if file == "tokenizer.json"),
        "{checked:?}"
    );
    assert!(matches!(hub.pull(&model()), Err(HubError::Changed { .. })));
    fs::remove_file(path.join("config.json")).unwrap();
    assert!(matches!(hub.verify().unwrap()[0].outcome, Err(HubError::Missing { file: "config.json", .. })));
}

#[test]
fn pickled_weights_are_refused_before_anything_is_downloaded() {
    let folder = tempfile::tempdir().unwrap();
    let files = good_files().into_iter().filter(|(name, _)| *name != "model.safetensors").collect();
    let local = LocalHub::start(files);
    let refused = Hub::new(folder.path(), Some(&local.endpoint()), false).pull(&model()).unwrap_err();
    assert!(matches!(&refused, HubError::Pickle { found, .. } if found == "pytorch_model.bin"), "{refused}");
    assert!(refused.to_string().contains("pickled weights can run code"), "{refused}");
    assert_eq!(local.stop(), 1);
}

#[test]
fn a_missing_file_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let files = good_files().into_iter().filter(|(name, _)| *name != "tokenizer.json").collect();
    let local = LocalHub::start(files);
    let refused = Hub::new(folder.path(), Some(&local.endpoint()), false).pull(&model()).unwrap_err();
    assert!(matches!(refused, HubError::Missing { file: "tokenizer.json", .. }), "{refused}");
    local.stop();
}

#[test]
fn offline_means_no_network() {
    let folder = tempfile::tempdir().unwrap();
    let local = LocalHub::start(good_files());
    let refused = Hub::new(folder.path(), Some(&local.endpoint()), true).pull(&model()).unwrap_err();
    assert!(refused.to_string().starts_with("HF_HUB_OFFLINE is set"), "{refused}");
    assert!(!refused.is_transient());
    assert_eq!(local.stop(), 0);
}

#[test]
fn a_hub_that_does_not_answer_may_answer_later() {
    let folder = tempfile::tempdir().unwrap();
    let refused = Hub::new(folder.path(), Some("http://127.0.0.1:9"), false).pull(&model()).unwrap_err();
    assert!(matches!(refused, HubError::Network { .. }) && refused.is_transient(), "{refused}");
    assert!(!folder.path().join(model().folder()).exists());
}

#[test]
fn a_known_encoder_with_other_weights_is_refused() {
    let pinned = Pinned { repository: KNOWN[1].repository.into(), revision: KNOWN[1].revision.into() };
    let found = pinned.known("model.safetensors").unwrap();
    assert!(compare(&pinned, "model.safetensors", found, &found.to_uppercase()).is_ok());
    assert!(matches!(compare(&pinned, "model.safetensors", found, "00"), Err(HubError::Changed { .. })));
    for (known, hash) in KNOWN.iter().flat_map(|known| known.sha256) {
        assert!(FILES.contains(known) && hash.len() == 64);
    }
}

#[test]
fn names_are_pinned_and_lead_nowhere_else() {
    let known: Pinned = "sentence-transformers/all-MiniLM-L6-v2".parse().unwrap();
    assert_eq!(known.revision, KNOWN[0].revision);
    assert_eq!(known.folder(), format!("sentence-transformers--all-MiniLM-L6-v2@{}", KNOWN[0].revision));
    assert!(matches!("someone/other".parse::<Pinned>(), Err(HubError::Unpinned(_))));
    for name in ["", "one", "a/b/c@d", "../x@y", "a/..@y", "a/b@../../c", "a/b@", "a b/c@d", "a/b@c/d"] {
        assert!(matches!(name.parse::<Pinned>(), Err(HubError::Name(_))), "{name}");
    }
}

#[test]
fn an_empty_folder_has_no_models() {
    let folder = tempfile::tempdir().unwrap();
    let hub = Hub::new(folder.path().join("none"), None, true);
    assert!(hub.list().unwrap().is_empty() && hub.verify().unwrap().is_empty());
}
