//! What programs and people put under a mail.

use std::sync::LazyLock;

use regex::Regex;

use crate::{divider, divider::pattern, line::Line};

/// A signature has no more lines than this; what is longer is text after a dividing line.
const MOST_LINES: usize = 12;

static DEVICE: LazyLock<Regex> = LazyLock::new(|| {
    let begin = "sent from my|sent from|sent via|sent with|sent by|sent using|from my|get outlook for|get \\[outlook for|\
                 envoyé depuis mon|envoyé de mon|envoyé à partir de|von meinem|gesendet von|gesendet mit|diese nachricht wurde von meinem|\
                 verzonden met|verzonden vanaf|verstuurd vanaf|enviado desde mi|enviado do meu|enviado a partir|inviato da|sendt fra min|\
                 skickat från min|lähetetty|wysłano z|wysłane z|odesláno z|odoslané z|отправлено с|надіслано з|küldve|trimis de pe|\
                 iphone'umdan gönderildi|gönderildi|στάλθηκε από|أُرسلت من|أرسلت من|مرسل من|נשלח מ|從我的|发自我的|發自我的|iphoneから送信|나의";
    pattern(&format!(r"(?i)^[<(\[*_]*(?:{begin})\b?"))
});
/// "Sent from a …" and whole sentences are somebody's words.
static WORDS: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)^sent from (?:an?|the) |, (?:is|was|it|but|and|so) "));
static FROM_MOBILE: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)^\w+ (?:from|via) (?:mobile|phone)$"));
static LINK: LazyLock<Regex> = LazyLock::new(|| pattern(r"<?\(?https?://[^\s>)]*[>)]?"));
/// "-Ana" under a last empty line.
static DASHED_NAME: LazyLock<Regex> = LazyLock::new(|| pattern(r"^-\s?\p{Lu}[\p{L}.']*(?: \p{Lu}[\p{L}.']*){0,2}$"));

/// A line that a device or program adds by itself.
pub(crate) fn is_device(line: &Line<'_>) -> bool {
    let bare = LINK.replace_all(line.bare(), "");
    let bare = bare.trim();
    let bracketed = bare.starts_with(['(', '<']);
    (bracketed || !WORDS.is_match(bare)) && bare.chars().count() <= 80 && DEVICE.is_match(bare)
        || FROM_MOBILE.is_match(bare)
}

/// Where, among the lines up to an end, what is under the text begins: signature, lines of devices, rules, empty lines.
pub(crate) fn begin_of_tail(lines: &[Line<'_>], from: usize, to: usize) -> usize {
    let mut end = divided(lines, from, to);
    while end > from && belongs_to_tail(&lines[from..end]) {
        end -= 1;
    }
    end
}

fn belongs_to_tail(lines: &[Line<'_>]) -> bool {
    let Some((last, before)) = lines.split_last() else { return false };
    let under_empty_line = before.last().is_some_and(Line::is_blank);
    last.is_blank()
        || divider::is_rule(last)
        || divider::is_signature_divider(last)
        || is_device(last)
        || under_empty_line && DASHED_NAME.is_match(last.bare())
}

/// Where the text ends before a dividing line with little below it, outside code.
fn divided(lines: &[Line<'_>], from: usize, to: usize) -> usize {
    let mut below = 0;
    let mut end = to;
    for index in (from + 1..to).rev() {
        let line = &lines[index];
        if divider::is_signature_divider(line) || divider::is_rule(line) {
            end = index;
        }
        below += usize::from(!line.is_blank());
        if below > MOST_LINES || is_fence(line) {
            break;
        }
    }
    end
}

/// The end of code, in which a rule or `--` means something else.
fn is_fence(line: &Line<'_>) -> bool {
    line.bare().starts_with("```")
}
