use super::{Key, keys, shipped::installed};

const HEAD: &str = "\
# Configuration

Made from the program's flags by `atum describe keys`; do not edit it.

Each key can be given as a flag, in the environment, or in `/etc/atum/atum.conf`, in this order of precedence. The file
is read by the units (`EnvironmentFile=`) and by the installed program itself, so that `sudo atum doctor` sees what the
services see; `ATUM_CONFIGURATION_FILE` names another file, and an empty one none. A program in a checkout reads no file. In
it, one `KEY=value` stands in a line; a comment begins with `#`.

A change takes effect with `systemctl restart atum.target`. Keys that are secret are better kept as a file of root's in
`/etc/atum/secrets` ([runbooks/install.md](runbooks/install.md)) than here.
";

/// docs/configuration.md.
pub fn page() -> String {
    let sections: String = keys().iter().map(section).collect();
    format!("{HEAD}{sections}")
}

fn section(key: &Key) -> String {
    let mut rows = vec![("flag", format!("`{}`", key.flag))];
    if key.value_name != "true" {
        rows.push(("value", format!("`{}`", key.value_name)));
    }
    rows.extend(key.default.iter().map(|default| ("default", format!("`{default}`"))));
    rows.extend(installed(key).map(|value| ("in the package", format!("`{value}`"))));
    if key.is_secret {
        rows.push(("secret", "yes".to_owned()));
    }
    rows.push(("taken by", commands(key)));
    let rows: String = rows.into_iter().map(|(name, value)| format!("| {name} | {value} |\n")).collect();
    format!("\n## {}\n\n{}\n\n| | |\n| --- | --- |\n{rows}", key.name, key.help.trim())
}

fn commands(key: &Key) -> String {
    let mut tops: Vec<&str> = key.commands.iter().filter_map(|name| name.split(' ').next()).collect();
    tops.dedup();
    match tops.is_empty() {
        true => "every command".to_owned(),
        false => tops.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "),
    }
}
