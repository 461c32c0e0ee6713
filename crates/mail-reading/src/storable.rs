//! No NUL in any text: databases cannot keep it (PostgreSQL's `text`), and nobody means anything by it. RFC 5322, section
//! 4, allows it in old mail; encoded words (RFC 2047) can bring it anywhere.

use crate::{Mailbox, Reading};

impl Reading {
    /// The body, whose ranges are counted, never has one: see [`Reading::set_body`].
    pub(crate) fn without_nul(mut self) -> Self {
        let people = self.from.iter_mut().chain(&mut self.to).chain(&mut self.cc).chain(&mut self.reply_to);
        let of_people = people.flat_map(|Mailbox { address, name }| [address, name]);
        let ids = self.message_id.iter_mut().chain(&mut self.in_reply_to).chain(&mut self.references);
        let files = self.attachments.iter_mut();
        let of_files =
            files.flat_map(|file| [&mut file.name, &mut file.media_type].into_iter().chain(&mut file.content_id));
        let bounce = &mut self.bounce;
        let reported = bounce.recipients.iter_mut().flat_map(|of| [&mut of.address, &mut of.status]);
        let reported = reported.chain(&mut bounce.complaint).chain(&mut bounce.original_message_id);
        let texts = [&mut self.subject].into_iter().chain(&mut self.alternative);
        for text in texts.chain(of_people).chain(ids).chain(of_files).chain(reported) {
            text.retain(|letter| letter != '\0');
        }
        self
    }
}
