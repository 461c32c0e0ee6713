use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::Command,
};

use atum::{cli::Cli, configuration};
use clap::CommandFactory;

use super::{Scratch, root};

#[test]
fn the_package_has_everything_in_its_place_and_nobodys_file() {
    let scratch = Scratch::new("package");
    let package = build(&scratch.0);
    let entries = entries(&package);
    for (path, entry) in &entries {
        let mode = match path.as_str() {
            "/usr/bin/atum" => "-rwxr-xr-x",
            _ if path.ends_with('/') => "drwxr-xr-x",
            _ => "-rw-r--r--",
        };
        assert_eq!((entry.mode.as_str(), entry.owner.as_str()), (mode, "root/root"), "{path}");
    }
    for path in [
        "/usr/bin/atum",
        "/usr/lib/sysusers.d/atum.conf",
        "/usr/lib/tmpfiles.d/atum.conf",
        "/usr/share/atum/atum.conf",
        "/usr/share/man/man1/atum-setup.1.gz",
        "/usr/share/bash-completion/completions/atum",
        "/usr/share/zsh/vendor-completions/_atum",
        "/usr/share/fish/vendor_completions.d/atum.fish",
        "/usr/share/doc/atum/copyright",
        "/usr/share/doc/atum/changelog.gz",
        "/usr/share/doc/atum/runbooks/install.md",
        "/etc/nginx/sites-available/atum.conf",
    ] {
        assert!(entries.contains_key(path), "{path} is missing");
    }
    for (from, to) in [
        ("systemd", "/usr/lib/systemd/system"),
        ("nginx/atum", "/etc/nginx/atum"),
        ("prometheus", "/usr/share/atum/prometheus"),
        ("grafana", "/usr/share/atum/grafana"),
    ] {
        // Beside what is shipped lies what tries it.
        let tries = |name: &String| [".sh", ".py"].iter().any(|end| name.ends_with(end));
        for name in files(&root().join("infra").join(from)).into_iter().filter(|name| !tries(name)) {
            assert!(entries.contains_key(&format!("{to}/{name}")), "infra/{from}/{name} is not in {to}");
        }
    }
    let hidden =
        entries.keys().find(|path| path.contains("stage") || path.starts_with("/var") || path.starts_with("/opt"));
    assert_eq!(hidden, None);
    the_control_files_are_right(&scratch.0, &package, &entries);
    the_texts_are_right(&scratch.0, &package);
}

fn the_control_files_are_right(scratch: &Path, package: &Path, entries: &BTreeMap<String, Entry>) {
    let control = scratch.join("control");
    run(Command::new("dpkg-deb").arg("-e").args([package, &control]));
    let read = |name: &str| std::fs::read_to_string(control.join(name)).unwrap();
    let files = |start: &str| -> Vec<&String> {
        entries.keys().filter(|path| path.starts_with(start) && !path.ends_with('/')).collect()
    };
    // dpkg keeps what an operator changed only where it knows that it may be changed; `atum setup` writes none of these.
    assert_eq!(read("conffiles").lines().collect::<Vec<_>>(), files("/etc/"));
    assert!(files("/etc/atum").is_empty(), "dpkg would ask about what `atum setup` writes");
    let sums = read("md5sums");
    let summed: Vec<String> = sums.lines().map(|line| format!("/{}", &line[34..])).collect();
    assert_eq!(summed.len(), files("/usr/").len());
    assert!(files("/usr/").into_iter().all(|path| summed.contains(path)));

    let fields = read("control");
    assert!(!fields.contains('@') || fields.matches('@').count() == 1, "a placeholder is left: {fields}");
    assert!(fields.contains(&format!("Version: {}\n", env!("CARGO_PKG_VERSION"))), "{fields}");
    let libc = fields.split("libc6 (>= ").nth(1).unwrap().split(')').next().unwrap();
    assert!(libc.starts_with("2."), "{libc}");
    for script in ["postinst", "prerm", "postrm"] {
        run(Command::new("sh").arg("-n").arg(control.join(script)));
        assert!(read(script).contains("set -e"), "{script} goes on after an error");
    }
    // The question, and the answer that stands where nobody gives one.
    assert!(read("templates").contains("Template: atum/postrm_purge_data\nType: boolean\nDefault: false"));
    assert!(read("postrm").contains("db_input high atum/postrm_purge_data"));
}

fn the_texts_are_right(scratch: &Path, package: &Path) {
    let place = scratch.join("unpacked");
    run(Command::new("dpkg-deb").arg("-x").args([package, &place]));
    let read = |path: &str| std::fs::read_to_string(place.join(path)).unwrap();
    assert_eq!(read("usr/share/atum/atum.conf"), configuration::shipped());
    let site = read("etc/nginx/sites-available/atum.conf");
    assert_eq!(site.matches("include /etc/atum/nginx/server-name*.conf;").count(), 2, "{site}");
    assert!(!site.contains("server_name _"), "{site}");
    for shell in
        ["bash-completion/completions/atum", "zsh/vendor-completions/_atum", "fish/vendor_completions.d/atum.fish"]
    {
        let completions = read(&format!("usr/share/{shell}"));
        assert!(completions.contains("reset-link"), "{shell} knows no commands");
        assert!(!completions.contains("setup-stage"), "{shell} offers what is nobody's to type");
    }
    let manual =
        Command::new("gzip").arg("-dc").arg(place.join("usr/share/man/man1/atum-setup.1.gz")).output().unwrap();
    let manual = String::from_utf8(manual.stdout).unwrap();
    assert!(manual.contains("\\-\\-host\\-name") && manual.contains("ATUM_DATABASE_URL"), "{manual}");
}

#[test]
fn every_unit_says_what_the_program_understands() {
    let mut commands = 0;
    for name in files(&root().join("infra/systemd")) {
        let unit = std::fs::read_to_string(root().join("infra/systemd").join(&name)).unwrap();
        for line in unit.lines().filter_map(|line| line.strip_prefix("ExecStart=/usr/bin/atum ")) {
            let words = std::iter::once("atum").chain(line.split_whitespace());
            let understood = Cli::command().try_get_matches_from(words);
            assert!(understood.is_ok(), "{name}: {}", understood.unwrap_err());
            commands += 1;
        }
    }
    assert!(commands >= 4, "only {commands} units start the program");
}

fn build(out: &Path) -> PathBuf {
    let mut command = Command::new(root().join("atum"));
    command.args(["package", "--binary", env!("CARGO_BIN_EXE_atum"), "--compression", "none", "--out"]).arg(out);
    run(&mut command);
    let packages: Vec<String> = files(out);
    assert_eq!(packages.len(), 1, "{packages:?}");
    out.join(&packages[0])
}

struct Entry {
    mode: String,
    owner: String,
}

fn entries(package: &Path) -> BTreeMap<String, Entry> {
    let listed = String::from_utf8(run(Command::new("dpkg-deb").arg("-c").arg(package))).unwrap();
    let entry = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let path = words[5].trim_start_matches('.').to_owned();
        (path, Entry { mode: words[0].to_owned(), owner: words[1].to_owned() })
    };
    listed.lines().map(entry).collect()
}

fn files(directory: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(directory) else { return vec![] };
    let files = entries.map(|entry| entry.unwrap()).filter(|entry| entry.path().is_file());
    files.map(|entry| entry.file_name().into_string().unwrap()).collect()
}

#[track_caller]
fn run(command: &mut Command) -> Vec<u8> {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}
