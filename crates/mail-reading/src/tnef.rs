//! `winmail.dat`: what Outlook and Exchange put a mail's parts into (TNEF, [MS-OXTNEF]), with MAPI properties inside.

mod bytes;
mod mapi;
mod rtf;

use bytes::Bytes;
use mapi::Value;
pub use rtf::text as rtf_text;

/// What was inside.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tnef {
    pub text: Option<String>,
    pub html: Option<Vec<u8>>,
    /// Rich text, decompressed.
    pub rtf: Option<Vec<u8>>,
    pub files: Vec<File>,
}

/// A file inside. Outlook's word stands for a name that is missing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct File {
    pub name: String,
    pub media_type: Option<String>,
    pub content_id: Option<String>,
    pub contents: Vec<u8>,
    /// What is told to programs that do not know what the contents are.
    notice: Option<Vec<u8>>,
}

const SIGNATURE: u32 = 0x223e_9f78;
const UNNAMED: &str = "Untitled Attachment";

// Attributes ([MS-OXTNEF] 2.1.3.3), without their type.
const BODY: u16 = 0x800c;
const ATTACH_DATA: u16 = 0x800f;
const ATTACH_TITLE: u16 = 0x8010;
const ATTACH_BEGIN: u16 = 0x9002;
const MESSAGE_PROPERTIES: u16 = 0x9003;
const ATTACH_PROPERTIES: u16 = 0x9005;

/// Unpacks; `None` for what is no TNEF. What is broken inside ends it: what was read until then is given.
pub fn unpack(raw: &[u8]) -> Option<Tnef> {
    let mut bytes = Bytes(raw);
    (bytes.u32()? == SIGNATURE).then_some(())?;
    bytes.u16()?;
    let mut tnef = Tnef::default();
    while let Some((id, data)) = attribute(&mut bytes) {
        tnef.take(id, data);
    }
    tnef.files = std::mem::take(&mut tnef.files).into_iter().flat_map(File::with_notice).collect();
    Some(tnef)
}

fn attribute<'b>(bytes: &mut Bytes<'b>) -> Option<(u16, &'b [u8])> {
    let level = bytes.take(1)?[0];
    (level == 1 || level == 2).then_some(())?;
    let id = bytes.u16()?;
    bytes.u16()?;
    let length = bytes.u32()? as usize;
    let data = bytes.take(length)?;
    bytes.u16()?;
    Some((id, data))
}

impl Tnef {
    fn take(&mut self, id: u16, data: &[u8]) {
        match id {
            ATTACH_BEGIN => self.files.push(File::default()),
            BODY if self.text.is_none() => self.text = Some(mapi::text(data)),
            MESSAGE_PROPERTIES => self.take_message(data),
            ATTACH_TITLE | ATTACH_DATA | ATTACH_PROPERTIES => {
                if let Some(file) = self.files.last_mut() {
                    file.take(id, data);
                }
            }
            _ => {}
        }
    }

    fn take_message(&mut self, data: &[u8]) {
        for (property, value) in mapi::properties(data) {
            match property {
                mapi::BODY => self.text = Some(value.text()),
                mapi::HTML => self.html = Some(value.contents().to_vec()),
                mapi::RTF_COMPRESSED => self.rtf = rtf::decompress(value.contents()),
                _ => {}
            }
        }
    }
}

impl File {
    fn with_notice(mut self) -> Vec<Self> {
        if self.name.is_empty() {
            UNNAMED.clone_into(&mut self.name);
        }
        let notice = self.notice.take().map(|contents| Self { name: self.name.clone(), contents, ..Self::default() });
        notice.into_iter().chain([self]).collect()
    }

    fn take(&mut self, id: u16, data: &[u8]) {
        match id {
            ATTACH_TITLE if self.name.is_empty() => self.name = mapi::text(data),
            ATTACH_DATA => self.contents = data.to_vec(),
            ATTACH_PROPERTIES => {
                mapi::properties(data).into_iter().for_each(|(property, value)| self.set(property, &value))
            }
            _ => {}
        }
    }

    fn set(&mut self, property: u16, value: &Value<'_>) {
        match property {
            mapi::LONG_FILE_NAME => self.name = value.text(),
            mapi::FILE_NAME | mapi::DISPLAY_NAME if self.name.is_empty() => self.name = value.text(),
            mapi::MEDIA_TYPE => self.media_type = Some(value.text().to_ascii_lowercase()),
            mapi::CONTENT_ID => self.content_id = Some(value.text()),
            mapi::ATTACH_DATA => {
                let before = std::mem::replace(&mut self.contents, value.contents().to_vec());
                self.notice = Some(before).filter(|before| !before.is_empty());
            }
            _ => {}
        }
    }
}
