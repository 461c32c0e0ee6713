//! Everything that is wrong with a channel as it was written, at once.

use atum_core::{Result, checks::Checks};

use super::{
    given::{NewImap, NewMailChannel, NewOauth, NewSmtp},
    settings::{After, AfterAction, ImapAuthentication, SmtpAuthentication},
};

pub(super) fn check(new: &NewMailChannel) -> Result<()> {
    let mut checks = Checks::new();
    checks
        .text("name", &new.name, 1..=120)
        .text("address", &new.address, 3..=254)
        .require(is_address(new.address.trim()), "address", "invalid", "must be an address such as support@example.com")
        .text("from_name", new.from_name.as_deref().unwrap_or_default(), 0..=120)
        .require(is_line(new.from_name.as_deref()), "from_name", "invalid", "must be one line")
        .text("signature", &new.signature, 0..=4000)
        .text("trusted_authserv_id", new.trusted_authserv_id.as_deref().unwrap_or_default(), 0..=253)
        .require(
            new.silence_hours.is_none_or(|hours| (1..=8760).contains(&hours)),
            "silence_hours",
            "out_of_range",
            "must be from 1 to 8760",
        );
    let xoauth2 = new.imap.as_ref().is_some_and(|imap| imap.authentication == ImapAuthentication::Xoauth2)
        || new.smtp.as_ref().is_some_and(|smtp| smtp.authentication == SmtpAuthentication::Xoauth2);
    checks.require(!xoauth2 || new.oauth.is_some(), "oauth", "required", "xoauth2 needs an address that gives tokens");
    new.imap.iter().for_each(|imap| check_imap(&mut checks, imap));
    new.smtp.iter().for_each(|smtp| check_smtp(&mut checks, smtp));
    new.oauth.iter().for_each(|oauth| check_oauth(&mut checks, oauth));
    checks.finish()
}

fn check_imap(checks: &mut Checks, imap: &NewImap) {
    checks
        .text("imap/host", &imap.host, 1..=253)
        .require(
            is_host(&imap.host),
            "imap/host",
            "invalid",
            "must be a host's name or address, without a scheme or port",
        )
        .require(imap.port > 0, "imap/port", "out_of_range", "must be from 1 to 65535")
        .text("imap/username", &imap.username, 1..=320)
        .require(is_line(Some(&imap.username)), "imap/username", "invalid", "must be one line")
        .text("imap/password", imap.password.as_deref().unwrap_or_default(), 0..=4000)
        .require((1..=20).contains(&imap.folders.len()), "imap/folders", "out_of_range", "name from 1 to 20 folders");
    for (place, folder) in imap.folders.iter().enumerate() {
        let repeated = imap.folders[..place].contains(folder);
        let pointer = format!("imap/folders/{place}");
        check_folder(checks, &pointer, folder);
        checks.require(!repeated, &pointer, "duplicate", "is there already");
    }
    if let Some(folder) = &imap.sent_folder {
        check_folder(checks, "imap/sent_folder", folder);
        let read = imap.folders.contains(folder) || imap.after.folder.as_ref() == Some(folder);
        checks.require(
            !read,
            "imap/sent_folder",
            "invalid",
            "must not be one of the folders that incoming mail lies in",
        );
    }
    check_after(checks, &imap.after, &imap.folders);
}

fn check_after(checks: &mut Checks, after: &After, read: &[String]) {
    let moves = after.action == AfterAction::Move;
    let deletes = after.action == AfterAction::Delete;
    checks
        .require(!moves || after.folder.is_some(), "imap/after/folder", "required", "name the folder to move to")
        .require(
            !moves || after.folder.as_ref().is_none_or(|folder| !read.contains(folder)),
            "imap/after/folder",
            "invalid",
            "must not be one of the folders that are read",
        )
        .require(!deletes || after.days.is_some(), "imap/after/days", "required", "say after how many days")
        .require(
            after.days.is_none_or(|days| (1..=3650).contains(&days)),
            "imap/after/days",
            "out_of_range",
            "must be from 1 to 3650",
        );
    after.folder.iter().for_each(|folder| check_folder(checks, "imap/after/folder", folder));
}

fn check_folder(checks: &mut Checks, pointer: &str, folder: &str) {
    checks.text(pointer, folder, 1..=200).require(is_line(Some(folder)), pointer, "invalid", "must be one line");
}

fn check_smtp(checks: &mut Checks, smtp: &NewSmtp) {
    let named = smtp.username.as_deref().is_some_and(|name| !name.trim().is_empty());
    checks
        .text("smtp/host", &smtp.host, 1..=253)
        .require(
            is_host(&smtp.host),
            "smtp/host",
            "invalid",
            "must be a host's name or address, without a scheme or port",
        )
        .require(smtp.port > 0, "smtp/port", "out_of_range", "must be from 1 to 65535")
        .text("smtp/username", smtp.username.as_deref().unwrap_or_default(), 0..=320)
        .require(is_line(smtp.username.as_deref()), "smtp/username", "invalid", "must be one line")
        .text("smtp/password", smtp.password.as_deref().unwrap_or_default(), 0..=4000)
        .require(
            named || smtp.authentication == SmtpAuthentication::None,
            "smtp/username",
            "required",
            "signing in needs a user name",
        );
}

fn check_oauth(checks: &mut Checks, oauth: &NewOauth) {
    checks
        .text("oauth/token_url", &oauth.token_url, 1..=500)
        .text("oauth/client_id", &oauth.client_id, 1..=500)
        .text("oauth/scope", &oauth.scope, 0..=1000)
        .text("oauth/client_secret", oauth.client_secret.as_deref().unwrap_or_default(), 0..=4000)
        .text("oauth/refresh_token", oauth.refresh_token.as_deref().unwrap_or_default(), 0..=8000);
}

/// Enough to be written into a header and to be told apart: what a server takes, it decides.
fn is_address(address: &str) -> bool {
    let Some((local, domain)) = address.rsplit_once('@') else { return false };
    let plain = |c: char| !c.is_whitespace() && !c.is_control() && !"<>()[],;:\\\"@".contains(c);
    !local.is_empty() && local.chars().all(plain) && is_host(domain) && !domain.starts_with('[')
}

fn is_host(host: &str) -> bool {
    let host = host.trim();
    let name = |c: char| c.is_alphanumeric() || "-._".contains(c);
    host.parse::<std::net::IpAddr>().is_ok() || (!host.is_empty() && host.chars().all(name))
}

fn is_line(text: Option<&str>) -> bool {
    text.is_none_or(|text| !text.contains(char::is_control))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_hosts_are_told_from_other_texts() {
        for good in ["support@example.com", "a.b+c@xn--mnchen-3ya.example", "support@münchen.example"] {
            assert!(is_address(good), "{good}");
        }
        for bad in ["", "support", "@example.com", "a b@example.com", "a@b@c", "a@b>\r\nBcc: x", "a@[::1]", "\"a\"@b"] {
            assert!(!is_address(bad), "{bad:?}");
        }
        for good in ["imap.example.com", "127.0.0.1", "::1", "mail_1"] {
            assert!(is_host(good), "{good}");
        }
        for bad in ["", "imaps://example.com", "example.com:993", "a b"] {
            assert!(!is_host(bad), "{bad:?}");
        }
    }
}
