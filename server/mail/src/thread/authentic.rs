//! What the receiving server found out about who sent a mail (RFC 8601).

/// Whether From is who it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Authenticity {
    /// DMARC passed, or a DKIM signature of From's own domain did.
    Pass,
    /// DMARC says that it is forged.
    Fail,
    /// Nobody who is believed said anything.
    Unknown,
}

/// By the topmost Authentication-Results, and only if the server that the channel trusts wrote it: what stands below, or
/// names another server, the sender may have written.
pub fn authenticity(topmost: Option<&str>, trusted: Option<&str>, from: &str) -> Authenticity {
    let (Some(topmost), Some(trusted)) = (topmost, trusted) else { return Authenticity::Unknown };
    let told = without_comments(topmost);
    let mut parts = told.split(';').map(str::trim);
    let server = parts.next().and_then(|id| id.split_whitespace().next()).unwrap_or_default();
    if !server.eq_ignore_ascii_case(trusted.trim()) {
        return Authenticity::Unknown;
    }
    let domain = from.rsplit_once('@').map(|(_, domain)| domain.to_ascii_lowercase()).unwrap_or_default();
    let results: Vec<Vec<(String, String)>> = parts.map(pairs).collect();
    let says = |method: &str, result: &str| {
        results
            .iter()
            .filter(move |pairs| pairs.first().is_some_and(|(name, value)| name == method && value == result))
            .collect::<Vec<_>>()
    };
    let about_from = |pairs: &&Vec<(String, String)>| value(pairs, "header.from").is_none_or(|told| told == domain);
    if says("dmarc", "fail").iter().any(about_from) {
        return Authenticity::Fail;
    }
    let signed = says("dkim", "pass");
    let own = |pairs: &Vec<(String, String)>| {
        let signer = value(pairs, "header.d").or_else(|| value(pairs, "header.i"));
        let signer = signer.map(|signer| signer.rsplit('@').next().unwrap_or_default().to_owned());
        signer.is_some_and(|signer| !signer.is_empty() && signer == domain)
    };
    let passed =
        says("dmarc", "pass").iter().any(|pairs| value(pairs, "header.from").is_some_and(|told| told == domain));
    if passed || signed.iter().any(|pairs| own(pairs)) { Authenticity::Pass } else { Authenticity::Unknown }
}

fn value<'p>(pairs: &'p [(String, String)], name: &str) -> Option<&'p str> {
    pairs.iter().find(|(given, _)| given == name).map(|(_, value)| value.rsplit('@').next().unwrap_or(value))
}

/// `dkim=pass header.d=example.com`: names and values, lower case.
fn pairs(result: &str) -> Vec<(String, String)> {
    let words = result.split_whitespace().filter_map(|word| word.split_once('='));
    words.map(|(name, value)| (name.to_ascii_lowercase(), value.trim_matches('"').to_ascii_lowercase())).collect()
}

/// Comments nest, and may hold anything (RFC 5322 §3.2.2); so may quoted strings.
fn without_comments(text: &str) -> String {
    let (mut depth, mut quoted, mut escaped) = (0u32, false, false);
    let mut kept = String::new();
    for letter in text.chars() {
        let plain = !std::mem::take(&mut escaped);
        match letter {
            '\\' if plain => escaped = true,
            '"' if plain && depth == 0 => quoted = !quoted,
            '(' if plain && !quoted => depth += 1,
            ')' if plain && !quoted => depth = depth.saturating_sub(1),
            // What is quoted must not look like another result.
            ';' | '=' | ' ' if quoted => {}
            _ if depth == 0 => kept.push(letter),
            _ => {}
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_trusted_server_is_believed_about_the_senders_own_domain() {
        use Authenticity::{Fail, Pass, Unknown};
        let from = "ana@acme.test";
        for (told, verdict) in [
            ("mx.acme.test; dmarc=pass (p=reject) header.from=acme.test", Pass),
            ("mx.acme.test 1; spf=pass smtp.mailfrom=x.test; dkim=pass header.d=acme.test header.s=a", Pass),
            ("MX.acme.test; dkim=pass header.i=@acme.test", Pass),
            ("mx.acme.test; dmarc=fail header.from=acme.test; dkim=pass header.d=acme.test", Fail),
            ("mx.evil.test; dmarc=pass header.from=acme.test", Unknown),
            ("mx.acme.test; dmarc=pass header.from=evil.test", Unknown),
            ("mx.acme.test; dkim=pass header.d=evil.test", Unknown),
            ("mx.acme.test; spf=pass smtp.mailfrom=acme.test", Unknown),
            ("mx.acme.test; dkim=fail (dmarc=pass header.from=acme.test) header.d=acme.test", Unknown),
            ("mx.acme.test; spf=pass smtp.mailfrom=\"; dmarc=pass header.from=acme.test\"", Unknown),
            ("mx.acme.test; none", Unknown),
            ("", Unknown),
        ] {
            assert_eq!(authenticity(Some(told), Some("mx.acme.test"), from), verdict, "{told}");
        }
        assert_eq!(authenticity(Some("mx.acme.test; dmarc=pass header.from=acme.test"), None, from), Unknown);
        assert_eq!(authenticity(None, Some("mx.acme.test"), from), Unknown);
    }
}
