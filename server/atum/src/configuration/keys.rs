use clap::{Arg, Command, CommandFactory};

use crate::cli::Cli;

/// What can be configured: a flag that the environment can give as well.
pub struct Key {
    pub name: String,
    /// What the flag's help says.
    pub help: String,
    pub default: Option<String>,
    pub value_name: String,
    pub flag: String,
    /// Not to be shown, and better kept in a file of its own.
    pub is_secret: bool,
    /// Those that take it.
    pub commands: Vec<String>,
}

/// Every key there is, in the order in which the commands name them.
pub fn keys() -> Vec<Key> {
    let mut command = Cli::command();
    command.build();
    let mut keys = vec![];
    collect(&command, "", &mut keys);
    keys
}

fn collect(command: &Command, name: &str, keys: &mut Vec<Key>) {
    for flag in command.get_arguments().filter(|flag| !flag.is_hide_set()) {
        let Some(key) = flag.get_env().and_then(|key| key.to_str()) else { continue };
        let place = match keys.iter().position(|known| known.name == key) {
            Some(place) => place,
            None => {
                keys.push(read(key, flag));
                keys.len() - 1
            }
        };
        // Any command may take what is said before it.
        if !flag.is_global_set() {
            keys[place].commands.push(name.to_owned());
        }
    }
    for inner in command.get_subcommands().filter(|inner| !inner.is_hide_set() && inner.get_name() != "help") {
        let inner_name = format!("{name} {}", inner.get_name());
        collect(inner, inner_name.trim_start(), keys);
    }
}

fn read(key: &str, flag: &Arg) -> Key {
    let defaults: Vec<&str> = flag.get_default_values().iter().filter_map(|value| value.to_str()).collect();
    let takes_value = flag.get_action().takes_values();
    Key {
        name: key.to_owned(),
        help: flag.get_long_help().or(flag.get_help()).map(ToString::to_string).unwrap_or_default(),
        default: (!defaults.is_empty()).then(|| defaults.join(",")),
        value_name: match flag.get_value_names() {
            Some([name, ..]) if takes_value => name.to_string(),
            _ => "true".to_owned(),
        },
        flag: flag.get_long().map(|long| format!("--{long}")).unwrap_or_default(),
        is_secret: flag.is_hide_env_values_set(),
        commands: vec![],
    }
}
