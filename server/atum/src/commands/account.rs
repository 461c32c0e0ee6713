use std::io::{BufRead, IsTerminal};

use anyhow::{Context, bail};

use super::with_app;
use crate::cli::Account;

pub async fn run(command: Account) -> anyhow::Result<()> {
    match command {
        Account::Create { place, email, operator: true, .. } => {
            let password = read_password()?;
            with_app(&place, "", async |app| Ok(atum_identity::create_operator(app, &email, &password).await?)).await?;
            println!("{email} can sign in as an operator.");
        }
        Account::Create { place, email, org, name, role, password_stdin, public_url, operator: false } => {
            let (Some(org), Some(name), Some(role)) = (org, name, role) else { bail!("--org, --name and --role") };
            let password = if password_stdin { Some(read_password()?) } else { None };
            let created = with_app(&place, &public_url, async |app| {
                Ok(atum_identity::create_account(app, &org, &email, &name, role, password.as_deref()).await?)
            });
            match created.await?.invitation {
                Some(link) => show_link(&email, &link),
                None => println!("{email} can sign in."),
            }
        }
        Account::ResetLink { place, email, org, public_url } => {
            let link =
                with_app(&place, &public_url, async |app| Ok(atum_identity::reset_link(app, &email, &org).await?));
            show_link(&email, &link.await?);
        }
        Account::Resets { place } => {
            let waiting = with_app(&place, "", async |app| Ok(atum_identity::list_password_requests(app).await?));
            resets(waiting.await?);
        }
        Account::Password { place, email } => {
            let password = read_password()?;
            with_app(&place, "", async |app| Ok(atum_identity::set_password(app, &email, &password).await?)).await?;
            println!("{email} has a new password; its sessions ended.");
        }
        Account::RemoveSecondFactor { place, email } => {
            with_app(&place, "", async |app| Ok(atum_identity::remove_second_factor(app, &email).await?)).await?;
            println!("{email} signs in with the password alone; the sessions ended.");
        }
        Account::List { place } => {
            list(with_app(&place, "", async |app| Ok(atum_identity::list_accounts(app).await?)).await?)
        }
        Account::Disable { place, email, undo } => {
            with_app(&place, "", async |app| match undo {
                false => Ok(atum_identity::disable_account(app, &email).await?),
                true => Ok(atum_identity::enable_account(app, &email).await?),
            })
            .await?;
            println!("{email} is {}.", if undo { "let in again" } else { "signed out and let in no more" });
        }
        Account::Operator { place, email, undo } => {
            with_app(&place, "", async |app| Ok(atum_identity::set_operator(app, &email, !undo).await?)).await?;
            println!("{email} is {} operator.", if undo { "no longer an" } else { "an" });
        }
    }
    Ok(())
}

fn show_link(email: &str, link: &atum_identity::InvitationLink) {
    println!("With this link {email} comes in. It works once, until {}:", link.expires_at.format("%F %R UTC"));
    println!("{}", link.url);
}

fn resets(lines: Vec<atum_identity::PasswordRequestLine>) {
    if lines.is_empty() {
        println!("Nobody with an account has asked for a new password within the last seven days.");
    }
    for line in lines {
        let from = line.ip.map(|ip| format!(" from {ip}")).unwrap_or_default();
        let at = line.requested_at.format("%F %R UTC");
        println!("{:<36} {at}{from}, in {}", line.email, line.organizations.join(", "));
    }
}

fn list(lines: Vec<atum_identity::AccountLine>) {
    for line in lines {
        let marks = [
            (line.operator, "operator"),
            (!line.has_password, "no password yet"),
            (line.disabled_at.is_some(), "disabled"),
        ];
        let marks: Vec<&str> = marks.into_iter().filter(|(holds, _)| *holds).map(|(_, mark)| mark).collect();
        println!("{:<36} {} {}", line.email, line.memberships.join(", "), marks.join(", "));
    }
}

/// One line of standard input: a password among the arguments would be seen by every user of the machine.
fn read_password() -> anyhow::Result<String> {
    let input = std::io::stdin();
    if input.is_terminal() {
        eprintln!("Type the password and press Enter; it is shown as you type.");
    }
    let mut line = String::new();
    input.lock().read_line(&mut line).context("reading the password from standard input")?;
    let password = line.trim_end_matches(['\r', '\n']);
    anyhow::ensure!(!password.is_empty(), "no password came from standard input");
    Ok(password.to_owned())
}
