//! What happened, in a few words of each language. `{}` is who did it.

use atum_tickets::NotificationKind as Kind;

pub fn sentence(kind: Kind, locale: &str, actor: Option<&str>) -> String {
    let (by_somebody, by_itself) = match locale {
        "ar" => arabic(kind),
        "de" => german(kind),
        _ => english(kind),
    };
    actor.map_or_else(|| by_itself.to_owned(), |actor| by_somebody.replace("{}", actor))
}

fn english(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::TicketNew => ("New ticket from {}", "New ticket"),
        Kind::TicketAccepted => ("{} accepted the request", "The request was accepted"),
        Kind::TicketAssigned => ("{} assigned a ticket to you", "A ticket was assigned to you"),
        Kind::CustomerReplied => ("{} answered", "The customer answered"),
        Kind::StaffReplied => ("{} answered", "There is an answer"),
        Kind::TicketResolved => ("{} resolved the request", "The request is resolved"),
        Kind::TicketReopened => ("{} reopened the ticket", "The ticket was reopened"),
        Kind::TicketClosed => ("{} closed the ticket", "The ticket was closed"),
        Kind::TicketRated => ("{} rated the answer", "The answer was rated"),
        Kind::SlaWarned => ("A deadline is near", "A deadline is near"),
        Kind::SlaBreached => ("A deadline has passed", "A deadline has passed"),
        Kind::Impersonated => ("{} acted in your name", "Somebody acted in your name"),
    }
}

fn german(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::TicketNew => ("Neues Ticket von {}", "Neues Ticket"),
        Kind::TicketAccepted => ("{} hat die Anfrage angenommen", "Die Anfrage wurde angenommen"),
        Kind::TicketAssigned => ("{} hat Ihnen ein Ticket zugewiesen", "Ihnen wurde ein Ticket zugewiesen"),
        Kind::CustomerReplied => ("{} hat geantwortet", "Der Kunde hat geantwortet"),
        Kind::StaffReplied => ("{} hat geantwortet", "Es gibt eine Antwort"),
        Kind::TicketResolved => ("{} hat die Anfrage gelöst", "Die Anfrage ist gelöst"),
        Kind::TicketReopened => ("{} hat das Ticket wieder geöffnet", "Das Ticket wurde wieder geöffnet"),
        Kind::TicketClosed => ("{} hat das Ticket geschlossen", "Das Ticket wurde geschlossen"),
        Kind::TicketRated => ("{} hat die Antwort bewertet", "Die Antwort wurde bewertet"),
        Kind::SlaWarned => ("Eine Frist läuft bald ab", "Eine Frist läuft bald ab"),
        Kind::SlaBreached => ("Eine Frist ist abgelaufen", "Eine Frist ist abgelaufen"),
        Kind::Impersonated => ("{} hat in Ihrem Namen gehandelt", "Jemand hat in Ihrem Namen gehandelt"),
    }
}

fn arabic(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::TicketNew => ("تذكرة جديدة من {}", "تذكرة جديدة"),
        Kind::TicketAccepted => ("قبل {} الطلب", "تم قبول الطلب"),
        Kind::TicketAssigned => ("أسند {} تذكرة إليك", "أُسندت تذكرة إليك"),
        Kind::CustomerReplied => ("رد {}", "رد العميل"),
        Kind::StaffReplied => ("رد {}", "وصل رد"),
        Kind::TicketResolved => ("حل {} الطلب", "تم حل الطلب"),
        Kind::TicketReopened => ("أعاد {} فتح التذكرة", "أُعيد فتح التذكرة"),
        Kind::TicketClosed => ("أغلق {} التذكرة", "أُغلقت التذكرة"),
        Kind::TicketRated => ("قيّم {} الرد", "تم تقييم الرد"),
        Kind::SlaWarned => ("موعد نهائي يقترب", "موعد نهائي يقترب"),
        Kind::SlaBreached => ("انقضى موعد نهائي", "انقضى موعد نهائي"),
        Kind::Impersonated => ("تصرف {} باسمك", "تصرف شخص باسمك"),
    }
}
