//! Why a mail did not arrive: enhanced status codes (RFC 3463) and the words that stand beside them.

use std::sync::LazyLock;

use regex::Regex;

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a pattern of this crate")
}

static STATUS: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?:^|[^\d.])([245]\.\d{1,3}\.\d{1,3})(?:[^\d.]|\.?$|\.\D)"));
static REPLY: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?:^|[^\d.])([45]\d\d)(?:[ \-#:]|$)"));
/// The address or its host is not there, or takes no mail at all.
static GONE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        "(?i)user (?:is )?unknown|unknown user|unknown recipient|no such (?:user|person|recipient|mailbox|address|account|domain|host|local)|\
         user not found|recipient not found|not found in|unknown (?:or illegal|local|address|account|mailbox)|does ?n[o']t exist|does not exist|\
         invalid (?:recipient|mailbox|address|user)|mailbox (?:unavailable|not found|does|is unavailable|invalid)|no mailbox (?:here|by)|\
         addressee unknown|address (?:unknown|invalid|rejected: user)|recipient (?:address rejected: user|unknown|does not|is not exist)|not a (?:valid|known) (?:user|recipient|mailbox)|\
         user doesn't have|account (?:has been )?(?:deactivated|disabled permanently|closed)|no longer (?:valid|on server|exists|accepts|works)|not listed in|\
         host (?:unknown|not found|or domain name not found)|unknown host|domain (?:not found|does not exist|name not found|must exist)|unrouteable|unroutable|name service error|\
         couldn't find any host|no route to|not our customer|is not a registered|was not found|unknown email|not known (?:here|at)|has moved|user has moved|new address|\
         nullmx|null mx|does not accept mail|doesn't accept",
    )
});
static FAILED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        "(?i)could not be delivered|cannot be delivered|was not delivered|unable to deliver|delivery failed|mailbox is full|undeliverable|invalid user address",
    )
});
/// Words of what will pass, or is somebody else's decision.
static PASSING: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        "(?i)quota|mailbox (?:is )?full|over ?quota|exceed|insufficient|too (?:large|big|many)|spam|virus|policy|blocked|black ?list|blocklist|denied|reject(?:ed)? due|\
         greylist|try again|temporar|timed? ?out|relay|suspend|inactive|disabled|frozen|spf|dkim|dmarc|reputation|reverse|ptr|loop|expired|banned|content|filter",
    )
});

/// The first enhanced status code in a text.
pub(crate) fn status(text: &str) -> Option<String> {
    STATUS.captures(text).map(|found| found[1].to_owned())
}

/// The first reply code (RFC 5321, section 4.2.1) of a failure in a text.
pub(crate) fn reply(text: &str) -> Option<String> {
    REPLY.captures(text).map(|found| found[1].to_owned())
}

/// The status that a report means: the one of the answer it quotes where its own says nothing.
pub(crate) fn refine(declared: &str, diagnostic: &str, action: &str) -> String {
    let says_nothing = declared.is_empty() || declared.ends_with(".0.0") || declared == "5.5.0";
    let quoted = status(diagnostic).filter(|quoted| !quoted.starts_with('2'));
    let replied = reply(diagnostic).map(|code| format!("{}.0.0", &code[..1]));
    let of_action = || match action {
        action if action.starts_with("failed") => "5.0.0".to_owned(),
        action if action.starts_with("delayed") => "4.0.0".to_owned(),
        action if action.starts_with("delivered") => "2.0.0".to_owned(),
        _ => String::new(),
    };
    if !says_nothing {
        return declared.to_owned();
    }
    let declared = Some(declared.to_owned()).filter(|declared| !declared.is_empty());
    quoted.or(declared).or(replied).unwrap_or_else(of_action)
}

/// Whether a text speaks of a mail that did not arrive.
pub(crate) fn tells_of_failure(text: &str) -> bool {
    GONE.is_match(text) || FAILED.is_match(text)
}

/// Whether nothing sent there will ever arrive. In doubt it may: an address is parked for good on no guess.
pub(crate) fn is_hard(status: &str, words: &str) -> bool {
    let gone = GONE.is_match(words);
    if status.starts_with('4') || status.starts_with('2') {
        return false;
    }
    match status {
        "5.1.0" | "5.1.1" | "5.1.2" | "5.1.3" | "5.1.6" | "5.1.10" | "5.4.1" | "5.4.4" => {
            !PASSING.is_match(words) || gone
        }
        // The sender's address, or what the recipient chose to filter.
        "5.1.7" | "5.1.8" | "5.2.0" | "5.2.1" | "5.2.2" | "5.3.4" => false,
        "5.7.0" | "5.7.1" => gone && !PASSING.is_match(words),
        _ => gone,
    }
}
