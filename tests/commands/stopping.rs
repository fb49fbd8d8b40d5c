//! A server that is asked to stop before it is ready.
#![cfg(unix)]

use super::Sandbox;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

#[test]
fn a_server_that_is_asked_to_stop_while_it_starts_ends_soon_and_leaves_nothing_behind() {
    let sandbox = Sandbox::with(&[("ada.txt", "Ada Morgan was born in London.")]);
    sandbox.done(&["run", "."]);
    for wait in [0, 60, 200, 500, 1_000] {
        let mut command = sandbox.command(&["serve", "--bind", "127.0.0.1:0"]);
        let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = quiet.spawn().expect("it runs");
        std::thread::sleep(Duration::from_millis(wait));
        let killed = Command::new("kill").args(["-TERM", &child.id().to_string()]).status();
        assert!(killed.expect("a signal").success());
        let asked = Instant::now();
        let ended = loop {
            if let Some(ended) = child.try_wait().expect("it is ours") {
                break ended;
            }
            assert!(asked.elapsed() < Duration::from_secs(10), "asked after {wait} ms, and still there");
            std::thread::sleep(Duration::from_millis(10));
        };
        // Before it hears signals the system ends it.
        assert!(ended.success() || ended.signal() == Some(15), "{ended}");
        assert!(!sandbox.path().join("kgloom-state/serve.json").exists(), "asked after {wait} ms");
    }
    assert!(sandbox.done(&["verify"]).ends_with("equal\n"));
}
