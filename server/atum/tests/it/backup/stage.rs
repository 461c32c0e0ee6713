//! A small installation with an account, a ticket and a file, served and backed up.

use std::{
    io::Write,
    path::{Path, PathBuf},
    process::{Output, Stdio},
};

use serde_json::{Value, json};

use crate::{
    support::Client,
    up::process::{Directory, Up},
};

pub const EMAIL: &str = "agent@example.test";
const PASSWORD: &str = "a lantern under copper leaves";
pub const FILE: &[u8] = b"the contract, signed\n";

pub struct Stage {
    pub directory: Directory,
    pub up: Up,
    pub agent: Client,
    pub file: String,
}

impl Stage {
    pub async fn set() -> Self {
        let directory = Directory::new();
        let up = Up::start(&directory);
        succeeds(&directory, &["org", "create", "acme"]);
        let account = ["account", "create", EMAIL, "--org", "acme", "--name", "Ada", "--role", "agent"];
        let mut create = directory.atum(&account);
        let mut create = create.arg("--password-stdin").stdin(Stdio::piped()).spawn().expect("atum runs");
        writeln!(create.stdin.take().expect("its input"), "{PASSWORD}").expect("a password");
        assert!(create.wait().expect("its end").success());
        let agent = sign_in(&up).await;
        let file = agent.upload("/api/v1/files?name=contract.txt", FILE).await.expect(201);
        let file = file["id"].as_str().expect("an id").to_owned();
        let stage = Self { directory, up, agent, file };
        stage.ticket("Before the backup").await;
        stage
    }

    pub async fn ticket(&self, subject: &str) {
        let ticket = json!({ "subject": subject, "description": "It is about this." });
        self.agent.post("/api/v1/tickets", ticket).await.expect(201);
    }

    /// Makes a backup and gives its name.
    pub fn backup(&self) -> String {
        let said = succeeds(&self.directory, &["backup"]);
        said.split_whitespace().next().expect("a name").to_owned()
    }

    pub fn vault(&self) -> PathBuf {
        self.directory.0.join("backups")
    }

    pub fn records(&self) -> String {
        succeeds(&self.directory, &["backup", "list"])
    }
}

pub async fn sign_in(up: &Up) -> Client {
    let client = Client::at(up.address);
    let answer = client.post("/api/v1/session", json!({ "email": EMAIL, "password": PASSWORD })).await;
    answer.expect(200);
    let cookies = answer.headers.get_all("set-cookie").iter().filter_map(|cookie| cookie.to_str().ok());
    let session = cookies.filter_map(|cookie| cookie.split(';').next()).find(|pair| pair.starts_with("atum_session="));
    client.header("cookie", session.expect("a session"))
}

pub async fn subjects(client: &Client) -> Vec<String> {
    let listed: Value = client.get("/api/v1/tickets").await.expect(200);
    let items = listed["items"].as_array().expect("a list");
    let mut subjects: Vec<_> = items.iter().map(|item| item["subject"].as_str().expect("text").to_owned()).collect();
    subjects.sort_unstable();
    subjects
}

#[track_caller]
pub fn succeeds(directory: &Directory, arguments: &[&str]) -> String {
    let output = directory.run(arguments);
    assert!(output.status.success(), "{arguments:?}: {}", said(&output));
    String::from_utf8(output.stdout).expect("text")
}

pub fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// The files below a folder whose path holds `part`.
pub fn found(folder: &Path, part: &str) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return vec![] };
    let paths = entries.flatten().map(|entry| entry.path());
    let mut files: Vec<PathBuf> = paths
        .flat_map(|path| match path.is_dir() {
            true => found(&path, part),
            false if path.to_string_lossy().contains(part) => vec![path],
            false => vec![],
        })
        .collect();
    files.sort_unstable();
    files
}
