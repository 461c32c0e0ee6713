//! A mail's header fields inside its text, as Outlook and others put them over what they quote.

use std::sync::LazyLock;

use regex::Regex;

use crate::{divider::pattern, line::Line, quoted::without_margin};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    From,
    Sent,
    Date,
    To,
    Subject,
    Other,
}

/// The names of fields by language. A name before a colon means little alone ("To: Munich"), so [`end_of_block`] asks for
/// a company of them.
const NAMES: &[(Field, &str)] = &[
    (
        Field::From,
        "from|von|de|da|van|från|fra|lähettäjä|od|nadawca|от|від|od koho|feladó|de la|gönderen|kimden|από|من|מאת|发件人|寄件者|差出人|보낸 사람|từ",
    ),
    (
        Field::Sent,
        "sent|gesendet|envoyé|envoyée|envoyé le|enviado|enviada|enviado el|enviada em|inviato|verzonden|skickat|sendt|lähetetty|wysłano|wysłane|odesláno|odoslané|отправлено|надіслано|elküldve|trimis|gönderildi|gönderilme tarihi|tarih|στάλθηκε|تم الإرسال|أُرسلت|נשלח|发送时间|寄件日期|送信日時|보낸 날짜|đã gửi",
    ),
    (Field::Date, "date|datum|fecha|data|dato|päivämäärä|dátum|дата|ημερομηνία|التاريخ|תאריך|日期|日付|날짜|ngày"),
    (
        Field::To,
        "to|an|à|a|para|aan|till|til|vastaanottaja|do|komu|кому|címzett|către|alıcı|kime|προς|إلى|אל|收件人|宛先|받는 사람|đến",
    ),
    (
        Field::Subject,
        "subject|betreff|objet|asunto|oggetto|assunto|onderwerp|ämne|emne|aihe|temat|předmět|predmet|тема|tárgy|subiect|konu|θέμα|الموضوع|נושא|主题|主旨|件名|제목|chủ đề",
    ),
    (
        Field::Other,
        "cc|bcc|kopie|copie à|kopia|copia|reply-to|reply to|antwort an|répondre à|risposta|responder a|attachments|anlagen|importance|organization",
    ),
];

static FIELD: LazyLock<Vec<(Field, Regex)>> = LazyLock::new(|| {
    let one = |(field, names): &(Field, &str)| {
        (*field, pattern(&format!(r"(?i)^[*_]*(?:{names})[*_]*\s?[:：][*_]*(?:\s|$)")))
    };
    NAMES.iter().map(one).collect()
});

fn field(line: &Line<'_>) -> Option<Field> {
    let text = without_margin(line.text);
    FIELD.iter().find(|(_, regex)| regex.is_match(text)).map(|(field, _)| *field)
}

/// Where a block of header fields that begins at the line ends. It is one if it has two kinds of fields or more, and among
/// them a subject, a time of sending or an address: what else has the form of fields is somebody's list.
pub(crate) fn end_of_block(lines: &[Line<'_>], from: usize) -> Option<usize> {
    let mut kinds = vec![field(&lines[from])?];
    let mut end = from + 1;
    let mut address = lines[from].text.contains('@');
    for (index, line) in lines.iter().enumerate().skip(from + 1) {
        match field(line) {
            Some(kind) => {
                kinds.push(kind);
                end = index + 1;
                address |= line.text.contains('@');
            }
            // A long field goes on in the next line or two.
            None if index - end < 2 && !line.is_blank() => address |= line.text.contains('@'),
            None => break,
        }
    }
    let has = |kind| kinds.contains(&kind);
    let kinds = [Field::From, Field::Sent, Field::Date, Field::To, Field::Subject];
    let company = kinds.into_iter().filter(|kind| has(*kind)).count();
    let mail = has(Field::From) && (has(Field::Subject) || has(Field::Sent) && company >= 3);
    (company >= 2 && (address || mail)).then_some(end)
}
