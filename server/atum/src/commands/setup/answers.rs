use std::{
    io::{BufRead, IsTerminal, Write},
    path::PathBuf,
};

use anyhow::{Context, bail, ensure};

use super::CertificateFlags;
use crate::configuration::File;

/// A person at the terminal, or nobody.
pub struct Ask {
    somebody: bool,
}

impl Ask {
    pub fn new(non_interactive: bool) -> Self {
        Self { somebody: !non_interactive && std::io::stdin().is_terminal() }
    }

    /// An answer, the proposal where only Enter is pressed. Where nobody is there, the flag is named that would say it.
    pub fn ask(&mut self, question: &str, proposal: Option<&str>, flag: &str) -> anyhow::Result<String> {
        if !self.somebody {
            bail!("{question} is not known; say it with {flag}");
        }
        loop {
            match proposal {
                Some(proposal) => print!("{question} [{proposal}]: "),
                None => print!("{question}: "),
            }
            std::io::stdout().flush()?;
            let mut line = String::new();
            ensure!(std::io::stdin().lock().read_line(&mut line)? > 0, "{question} was not answered");
            match (line.trim(), proposal) {
                ("", Some(proposal)) => return Ok(proposal.to_owned()),
                ("", None) => {}
                (answer, _) => return Ok(answer.to_owned()),
            }
        }
    }
}

/// As it was said, as it was before, or as it is answered now.
pub fn host_name(ask: &mut Ask, said: Option<&str>, configuration: &File) -> anyhow::Result<String> {
    let before = configuration.values.get("ATUM_PUBLIC_URL").and_then(|url| host_of(url));
    let name = match (said, before) {
        (Some(said), _) => said.to_owned(),
        (None, Some(before)) => before,
        (None, None) => {
            let machine = std::fs::read_to_string("/etc/hostname").unwrap_or_default();
            let proposal = Some(machine.trim()).filter(|name| name.contains('.'));
            ask.ask("The name by which people reach it", proposal, "--host-name NAME")?
        }
    };
    let name = name.trim().trim_end_matches('.').to_lowercase();
    let is_name =
        !name.is_empty() && name.chars().all(|letter| letter.is_ascii_alphanumeric() || ".-".contains(letter));
    ensure!(is_name, "{name:?} is no host name; it looks like desk.example.org");
    Ok(name)
}

fn host_of(url: &str) -> Option<String> {
    let authority = url.split_once("://")?.1.split('/').next()?;
    Some(authority.rsplit_once(':').map_or(authority, |(host, _)| host).to_owned())
}

pub enum Certificate {
    Keep,
    SelfSigned,
    Files { certificate: PathBuf, key: PathBuf },
}

pub fn certificate(ask: &mut Ask, flags: &CertificateFlags, is_there: bool) -> anyhow::Result<Certificate> {
    match (&flags.certificate, &flags.key) {
        (Some(certificate), Some(key)) => {
            return Ok(Certificate::Files { certificate: certificate.clone(), key: key.clone() });
        }
        _ if flags.self_signed => return Ok(Certificate::SelfSigned),
        _ if is_there => return Ok(Certificate::Keep),
        _ => {}
    }
    let question = "A file with its certificate, or `self-signed` to begin with one that no browser believes";
    let answer = ask.ask(question, Some("self-signed"), "--certificate FILE --key FILE, or --self-signed")?;
    if answer == "self-signed" {
        return Ok(Certificate::SelfSigned);
    }
    let key = ask.ask("The file with its private key", None, "--key FILE")?;
    Ok(Certificate::Files { certificate: answer.into(), key: key.into() })
}

/// The machine's own time zone.
pub fn time_zone() -> chrono_tz::Tz {
    let named = std::fs::read_to_string("/etc/timezone").ok();
    let linked = std::fs::read_link("/etc/localtime").ok().and_then(|path| path.to_str().map(str::to_owned));
    let linked = linked.as_deref().and_then(|path| path.split_once("zoneinfo/").map(|(_, zone)| zone.to_owned()));
    named.or(linked).and_then(|zone| zone.trim().parse().ok()).unwrap_or(chrono_tz::UTC)
}

/// `Acme & Sons GmbH` → `acme-sons-gmbh`.
pub fn slug(name: &str) -> anyhow::Result<String> {
    let spaced: String =
        name.to_lowercase().chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { ' ' }).collect();
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let slug = Some(words.join("-")).filter(|slug| !slug.is_empty());
    slug.with_context(|| format!("{name:?} has no letter of a-z; give a short name with --organization-slug"))
}

/// `ada.lovelace@example.org` → `Ada Lovelace`.
pub fn name_of(email: &str) -> String {
    let local = email.split('@').next().unwrap_or(email);
    let words = local.split(['.', '_', '-', '+']).filter(|word| !word.is_empty());
    let capital = |word: &str| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_uppercase().chain(letters).collect::<String>()).unwrap_or_default()
    };
    words.map(capital).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_of_what_is_known() {
        assert_eq!(slug("Acme & Sons GmbH").unwrap(), "acme-sons-gmbh");
        assert!(slug("مكتب").is_err());
        assert_eq!(name_of("ada.lovelace@example.org"), "Ada Lovelace");
        assert_eq!(host_of("https://desk.example.org:8443/").as_deref(), Some("desk.example.org"));
    }

    #[test]
    fn nobody_is_asked_where_nobody_is() {
        let mut nobody = Ask::new(true);
        let refusal = host_name(&mut nobody, None, &File::default()).unwrap_err().to_string();
        assert!(refusal.contains("--host-name"), "{refusal}");
        assert_eq!(host_name(&mut nobody, Some("Desk.Example.ORG."), &File::default()).unwrap(), "desk.example.org");
        assert!(host_name(&mut nobody, Some("desk example"), &File::default()).is_err());
    }
}
