//! The usual texts. Each line is whole in its language: nothing is put together from pieces.

use super::kind::TemplateKind as Kind;

/// Subject and body.
pub fn usual(kind: Kind, locale: &str) -> (&'static str, &'static str) {
    match locale {
        "ar" => arabic(kind),
        "de" => german(kind),
        _ => english(kind),
    }
}

fn english(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::TicketReceived => (
            "We have received your request",
            "Hello,\n\nyour request has reached us and has the number {{ticket_number}}. Somebody will answer you by mail. \
             To add something, just answer this mail.\n\n{{organization}}\n",
        ),
        Kind::StaffReplied => ("Re: {{ticket_subject}}", "{{reply}}\n\n{{agent}}\n{{signature}}\n"),
        Kind::TicketResolved => (
            "Re: {{ticket_subject}}",
            "Hello {{name}},\n\nyour request {{ticket_number}} is resolved:\n\n{{resolution}}\n\nWas this the help you \
             needed? Tell us: {{rating_link}}\n\nIf it is not solved, just answer this mail.\n\n{{signature}}\n",
        ),
        Kind::Invitation => (
            "Your access to {{organization}}",
            "Hello {{name}},\n\n{{organization}} invites you to its helpdesk. Choose your password here:\n\n{{link}}\n\n\
             The link works once, until {{expires_at}}.\n",
        ),
        Kind::PasswordReset => (
            "A new password",
            "Hello {{name}},\n\nsomebody asked for a new password for your account. Choose it here:\n\n{{link}}\n\n\
             The link works once, until {{expires_at}}. If it was not you, there is nothing to do: your password stays as \
             it is.\n",
        ),
        Kind::StaffNotification => (
            "{{event}}: {{ticket_subject}}",
            "{{event}}\n\nTicket {{ticket_number}}: {{ticket_subject}}\n{{ticket_link}}\n\nWhich mails you get is up to \
             you: see your profile.\n",
        ),
        Kind::Digest => (
            "{{count}} things happened in {{organization}}",
            "Hello {{name}},\n\nsince the last summary:\n\n{{list}}\n\n{{link}}\n\nWhich mails you get is up to you: see \
             your profile.\n",
        ),
    }
}

fn german(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::TicketReceived => (
            "Wir haben Ihre Anfrage erhalten",
            "Guten Tag,\n\nIhre Anfrage ist bei uns angekommen und hat die Nummer {{ticket_number}}. Sie bekommen eine \
             Antwort per E-Mail. Wenn Sie etwas ergänzen möchten, antworten Sie einfach auf diese E-Mail.\n\n\
             {{organization}}\n",
        ),
        Kind::StaffReplied => ("Re: {{ticket_subject}}", "{{reply}}\n\n{{agent}}\n{{signature}}\n"),
        Kind::TicketResolved => (
            "Re: {{ticket_subject}}",
            "Guten Tag {{name}},\n\nIhre Anfrage {{ticket_number}} ist gelöst:\n\n{{resolution}}\n\nHat Ihnen das \
             geholfen? Sagen Sie es uns: {{rating_link}}\n\nWenn das Problem noch besteht, antworten Sie einfach auf diese \
             E-Mail.\n\n{{signature}}\n",
        ),
        Kind::Invitation => (
            "Ihr Zugang zu {{organization}}",
            "Guten Tag {{name}},\n\n{{organization}} lädt Sie in den Helpdesk ein. Wählen Sie hier Ihr Passwort:\n\n\
             {{link}}\n\nDer Link gilt einmal, bis {{expires_at}}.\n",
        ),
        Kind::PasswordReset => (
            "Ein neues Passwort",
            "Guten Tag {{name}},\n\nfür Ihr Konto wurde ein neues Passwort angefordert. Wählen Sie es hier:\n\n{{link}}\n\n\
             Der Link gilt einmal, bis {{expires_at}}. Wenn Sie das nicht waren, müssen Sie nichts tun: Ihr Passwort bleibt, \
             wie es ist.\n",
        ),
        Kind::StaffNotification => (
            "{{event}}: {{ticket_subject}}",
            "{{event}}\n\nTicket {{ticket_number}}: {{ticket_subject}}\n{{ticket_link}}\n\nWelche E-Mails Sie bekommen, \
             bestimmen Sie in Ihrem Profil.\n",
        ),
        Kind::Digest => (
            "{{count}} Neuigkeiten bei {{organization}}",
            "Guten Tag {{name}},\n\nseit der letzten Zusammenfassung:\n\n{{list}}\n\n{{link}}\n\nWelche E-Mails Sie \
             bekommen, bestimmen Sie in Ihrem Profil.\n",
        ),
    }
}

fn arabic(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::TicketReceived => (
            "لقد استلمنا طلبك",
            "مرحبًا،\n\nوصلنا طلبك ورقمه {{ticket_number}}. سيصلك الرد عبر البريد الإلكتروني. لإضافة أي شيء يكفي أن ترد على \
             هذه الرسالة.\n\n{{organization}}\n",
        ),
        Kind::StaffReplied => ("Re: {{ticket_subject}}", "{{reply}}\n\n{{agent}}\n{{signature}}\n"),
        Kind::TicketResolved => (
            "Re: {{ticket_subject}}",
            "مرحبًا {{name}}،\n\nتم حل طلبك رقم {{ticket_number}}:\n\n{{resolution}}\n\nهل أفادك ذلك؟ أخبرنا هنا: \
             {{rating_link}}\n\nإذا لم تُحل المشكلة فيكفي أن ترد على هذه الرسالة.\n\n{{signature}}\n",
        ),
        Kind::Invitation => (
            "دخولك إلى {{organization}}",
            "مرحبًا {{name}}،\n\nتدعوك {{organization}} إلى مكتب المساعدة. اختر كلمة المرور هنا:\n\n{{link}}\n\nالرابط صالح \
             لمرة واحدة حتى {{expires_at}}.\n",
        ),
        Kind::PasswordReset => (
            "كلمة مرور جديدة",
            "مرحبًا {{name}}،\n\nطُلبت كلمة مرور جديدة لحسابك. اخترها هنا:\n\n{{link}}\n\nالرابط صالح لمرة واحدة حتى \
             {{expires_at}}. إذا لم تكن أنت من طلبها فلا داعي لفعل أي شيء: تبقى كلمة مرورك كما هي.\n",
        ),
        Kind::StaffNotification => (
            "{{event}}: {{ticket_subject}}",
            "{{event}}\n\nالتذكرة {{ticket_number}}: {{ticket_subject}}\n{{ticket_link}}\n\nتحدد الرسائل التي تصلك في ملفك \
             الشخصي.\n",
        ),
        Kind::Digest => (
            "{{count}} من المستجدات في {{organization}}",
            "مرحبًا {{name}}،\n\nمنذ آخر ملخص:\n\n{{list}}\n\n{{link}}\n\nتحدد الرسائل التي تصلك في ملفك الشخصي.\n",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::{
        kind::LOCALES,
        text::{Values, filled, variables},
    };

    #[test]
    fn every_text_is_there_in_every_language_and_can_be_filled() {
        for kind in Kind::ALL {
            let values: Values =
                kind.variables().iter().map(|(name, example)| (*name, (*example).to_owned())).collect();
            for locale in LOCALES {
                let (subject, body) = usual(kind, locale);
                filled(subject, &values).unwrap();
                let text = filled(body, &values).unwrap();
                let named = variables(body).unwrap();
                assert!(kind.required().iter().all(|name| named.contains(name)), "{kind:?} {locale}");
                assert!(!text.contains("  "), "{kind:?} {locale}: {text}");
            }
        }
    }

    /// Whoever is told that a request arrived may never have written one.
    #[test]
    fn the_answer_to_a_stranger_holds_nothing_that_the_stranger_wrote() {
        let known: Vec<&str> = Kind::TicketReceived.variables().iter().map(|(name, _)| *name).collect();
        assert_eq!(known, ["organization", "ticket_number", "ticket_link"]);
    }
}
