//! Chromium without a window, told what to do over a pipe: the DevTools protocol, of which a few commands are enough.
//!
//! It reads commands from its descriptor 3 and writes answers and events to 4, JSON with a zero byte after each.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

const NAMES: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

const FLAGS: [&str; 9] = [
    "--headless",
    "--no-sandbox", // which a container does not allow, and a page of our own does not need
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--remote-debugging-pipe",
];

/// A browser with one page, of which it remembers what went wrong.
pub struct Chromium {
    process: Child,
    commands: ChildStdin,
    answers: BufReader<ChildStdout>,
    session: Option<String>,
    count: u64,
    complaints: Vec<Value>,
    _profile: TempDir,
}

impl Chromium {
    /// Opens a file.
    pub fn open(page: &Path) -> Self {
        let mut browser = Self::start();
        let target = browser.call("Target.createTarget", json!({ "url": "about:blank" }));
        let attach = json!({ "targetId": target["targetId"], "flatten": true });
        let session = browser.call("Target.attachToTarget", attach);
        browser.session = Some(session["sessionId"].as_str().unwrap().to_owned());
        for domain in ["Page", "Runtime", "Log", "Network"] {
            browser.call(&format!("{domain}.enable"), json!({}));
        }
        browser.resize([1280, 1600]);
        browser.call("Page.navigate", json!({ "url": format!("file://{}", page.display()) }));
        while browser.read()["method"] != "Page.loadEventFired" {}
        browser
    }

    fn start() -> Self {
        let installed = |name: &&str| Command::new(name).arg("--version").output().is_ok();
        let name = NAMES.into_iter().find(installed).expect(
            "these tests need Chromium, and none is in the PATH; install it (Debian: apt-get install chromium)",
        );
        let profile = TempDir::new().unwrap();
        let mut process = Command::new("sh")
            .args(["-c", "exec \"$0\" \"$@\" 3<&0 4>&1 >/dev/null", name])
            .args(FLAGS)
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let commands = process.stdin.take().unwrap();
        let answers = BufReader::new(process.stdout.take().unwrap());
        let (session, count, complaints) = (None, 0, Vec::new());
        Self { process, commands, answers, session, count, complaints, _profile: profile }
    }

    /// A command of the protocol, and its result.
    pub fn call(&mut self, method: &str, params: Value) -> Value {
        self.count += 1;
        let mut command = json!({ "id": self.count, "method": method, "params": params });
        if let Some(session) = &self.session {
            command["sessionId"] = json!(session);
        }
        self.commands.write_all(format!("{command}\0").as_bytes()).unwrap();
        self.commands.flush().unwrap();
        loop {
            let mut answer = self.read();
            if answer["id"] == self.count {
                assert!(answer.get("error").is_none(), "{method}: {answer}");
                return answer["result"].take();
            }
        }
    }

    fn read(&mut self) -> Value {
        let mut message = Vec::new();
        self.answers.read_until(0, &mut message).unwrap();
        assert_eq!(message.pop(), Some(0), "the browser has ended");
        let message: Value = serde_json::from_slice(&message).unwrap();
        let method = message["method"].as_str().unwrap_or_default();
        let fetched = method == "Network.requestWillBeSent" && {
            let url = message["params"]["request"]["url"].as_str().unwrap();
            !url.starts_with("file:") && !url.starts_with("data:")
        };
        let events = ["Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded"];
        if fetched || events.contains(&method) {
            self.complaints.push(message.clone());
        }
        message
    }

    /// Exceptions, lines of the console, violations of the page's own policy, requests for anything: there should be none.
    pub fn complaints(&self) -> &[Value] {
        &self.complaints
    }

    /// The value of an expression in the page.
    #[track_caller]
    pub fn evaluate(&mut self, expression: &str) -> Value {
        let params =
            json!({ "expression": expression, "returnByValue": true, "userGesture": true });
        let mut outcome = self.call("Runtime.evaluate", params);
        assert!(outcome.get("exceptionDetails").is_none(), "{expression}: {outcome}");
        outcome["result"]["value"].take()
    }

    /// The value of an expression that is a list of numbers.
    #[track_caller]
    pub fn numbers(&mut self, expression: &str) -> Vec<f64> {
        let list = self.evaluate(&format!("Array.from({expression})"));
        list.as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).collect()
    }

    /// Width and height of the window.
    pub fn resize(&mut self, [width, height]: [u32; 2]) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600 });
        self.call("Emulation.setDeviceMetricsOverride", size);
    }

    /// The user's preference, `light` or `dark`.
    pub fn prefer(&mut self, scheme: &str) {
        let feature = json!({ "name": "prefers-color-scheme", "value": scheme });
        self.call("Emulation.setEmulatedMedia", json!({ "features": [feature] }));
    }

    /// Presses and releases a key.
    pub fn press(&mut self, key: &str, shift: bool) {
        let code = match key {
            "Tab" => 9,
            "ArrowLeft" => 37,
            "ArrowUp" => 38,
            "ArrowRight" => 39,
            "ArrowDown" => 40,
            _ => panic!("what is the code of {key}?"),
        };
        for kind in ["rawKeyDown", "keyUp"] {
            let event = json!({
                "type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code, "modifiers": 8 * u8::from(shift),
            });
            self.call("Input.dispatchKeyEvent", event);
        }
    }

    /// Presses the mouse at the first place, moves it over the others, and releases it at the last.
    pub fn drag(&mut self, places: &[[f64; 2]]) {
        let mut mouse = |kind: &str, [x, y]: [f64; 2]| {
            let event = json!({ "type": kind, "x": x, "y": y, "button": "left", "buttons": 1, "clickCount": 1 });
            self.call("Input.dispatchMouseEvent", event);
        };
        mouse("mousePressed", places[0]);
        places[1..].iter().for_each(|&place| mouse("mouseMoved", place));
        mouse("mouseReleased", places[places.len() - 1]);
    }

    /// Clicks the middle of an element, which is scrolled into sight.
    pub fn click(&mut self, selector: &str) {
        let place = self.place(selector, [0.5, 0.5]);
        self.drag(&[place]);
    }

    /// A place in an element, as shares of its width and height, in the window.
    #[track_caller]
    pub fn place(&mut self, selector: &str, [across, down]: [f64; 2]) -> [f64; 2] {
        let element = format!("document.querySelector({})", json!(selector));
        self.evaluate(&format!("{element}.scrollIntoView({{ block: 'center' }})"));
        let corners =
            format!("(b => [b.x, b.y, b.width, b.height])({element}.getBoundingClientRect())");
        let box_ = self.numbers(&corners);
        [box_[0] + across * box_[2], box_[1] + down * box_[3]]
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
