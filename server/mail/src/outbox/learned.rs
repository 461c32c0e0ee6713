//! Ids that a provider gives our mails in place of ours, as its reply tells: answers refer to those.

/// Of the reply that accepted a mail. `host` is the server that said it.
pub(super) fn ids(host: &str, reply: &str, recipient: &str) -> Vec<String> {
    let bracketed = reply.split('<').skip(1).filter_map(|rest| rest.split_once('>')).map(|(id, _)| id);
    let is_id =
        |id: &&str| id.contains('@') && !id.contains(char::is_whitespace) && !id.eq_ignore_ascii_case(recipient);
    bracketed.filter(is_id).map(str::to_owned).chain(of_amazon(host, reply)).collect()
}

/// Amazon SES says the local part alone; the domain goes by the region, the first one's being older than that rule.
fn of_amazon(host: &str, reply: &str) -> Option<String> {
    let region = host.strip_prefix("email-smtp.")?.strip_suffix(".amazonaws.com")?;
    let local = reply.split_whitespace().last()?;
    let is_id = local.len() >= 32 && local.chars().all(|c| c.is_ascii_hexdigit() || c == '-');
    let domain = if region == "us-east-1" { "email" } else { region };
    is_id.then(|| format!("{local}@{domain}.amazonses.com"))
}

#[cfg(test)]
mod tests {
    use super::ids;

    #[test]
    fn what_a_reply_tells_of_the_id_is_learned_and_nothing_else() {
        let ses = "250 Ok 010001939a1b2c3d-0a1b2c3d-1234-5678-9abc-def012345678-000000";
        let table = [
            (
                "email-smtp.eu-west-1.amazonaws.com",
                ses,
                "010001939a1b2c3d-0a1b2c3d-1234-5678-9abc-def012345678-000000@eu-west-1.amazonses.com",
            ),
            (
                "email-smtp.us-east-1.amazonaws.com",
                ses,
                "010001939a1b2c3d-0a1b2c3d-1234-5678-9abc-def012345678-000000@email.amazonses.com",
            ),
            (
                "smtp.example.com",
                "250 2.6.0 <AM0PR01@eur.prod.outlook.com> [InternalId=1] Queued",
                "AM0PR01@eur.prod.outlook.com",
            ),
            ("smtp.example.com", ses, ""),
            ("smtp.example.com", "250 2.1.5 <ann@example.com> queued as 4B7C1", ""),
            ("email-smtp.eu-west-1.amazonaws.com", "250 Ok", ""),
        ];
        for (host, reply, id) in table {
            let expected: Vec<&str> = if id.is_empty() { vec![] } else { vec![id] };
            assert_eq!(ids(host, reply, "Ann@example.com"), expected, "{reply}");
        }
    }
}
