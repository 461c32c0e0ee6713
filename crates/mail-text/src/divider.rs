//! Lines that divide: rules of dashes, and those that say what comes below.

use std::sync::LazyLock;

use regex::Regex;

use crate::line::Line;

/// `-----Original Message-----` in the languages of the common programs.
static ORIGINAL: LazyLock<Regex> = LazyLock::new(|| {
    let words = "original message|original appointment|reply message|ursprüngliche nachricht|originalnachricht|mensaje original|\
                 message d'origine|message original|messaggio originale|mensagem original|oorspronkelijk bericht|\
                 originele bericht|ursprungligt meddelande|originalmeddelande|oprindelig meddelelse|\
                 opprinnelig melding|alkuperäinen viesti|oryginalna wiadomość|wiadomość oryginalna|původní zpráva|\
                 pôvodná správa|eredeti üzenet|mesaj original|orijinal mesaj|исходное сообщение|\
                 пересылаемое сообщение|вихідне повідомлення|αρχικό μήνυμα|الرسالة الأصلية|הודעה מקורית|\
                 原始邮件|原始郵件|元のメッセージ|원본 메시지|tin nhắn gốc";
    pattern(&format!(r"(?i)^[*_>\s]*[-–—_=]{{2,}}\s*(?:{words})\s*[-–—_=]{{2,}}[*_\s]*$"))
});

static FORWARDED: LazyLock<Regex> = LazyLock::new(|| {
    let words = "forwarded message|weitergeleitete nachricht|message transféré|mensaje reenviado|messaggio inoltrato|\
                 mensagem encaminhada|doorgestuurd bericht|vidarebefordrat meddelande|videresendt|\
                 przekazana wiadomość|přeposlaná zpráva|пересылаемое сообщение|رسالة مُعاد توجيهها|رسالة معاد توجيهها";
    pattern(&format!(
        r"(?i)^[*_>\s]*(?:[-–—_=]{{2,}}\s*(?:{words})\s*[-–—_=]{{2,}}|begin forwarded message:|anfang der weitergeleiteten nachricht:|début du message (?:transféré|réexpédié)\s*:)[*_\s]*$"
    ))
});

pub(crate) fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a pattern of this crate")
}

pub(crate) fn is_original(line: &Line<'_>) -> bool {
    ORIGINAL.is_match(line.text)
}

pub(crate) fn is_forwarded(line: &Line<'_>) -> bool {
    FORWARDED.is_match(line.text)
}

/// The line that RFC 3676 (section 4.3) puts before a signature, also without its last space.
pub(crate) fn is_signature_divider(line: &Line<'_>) -> bool {
    matches!(line.bare(), "--" | "—" | "–")
}

/// A line of one repeated sign.
pub(crate) fn is_rule(line: &Line<'_>) -> bool {
    let bare = line.bare();
    let mut signs = bare.chars();
    let Some(sign) = signs.next().filter(|sign| "-–—_=~*+#".contains(*sign)) else { return false };
    let length = bare.chars().count();
    length >= 3 && signs.all(|other| other == sign)
}
