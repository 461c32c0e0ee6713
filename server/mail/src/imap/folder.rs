use std::{collections::BTreeSet, time::Duration};

use async_imap::imap_proto::RequestId;

use super::{Mailbox, ask::Answer, utf7};
use crate::wire::{Failed, StepName};

/// A folder as it was when it was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Selected {
    pub uid_validity: i64,
    /// The server keeps keywords of ours.
    pub keeps_keywords: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    Whole,
    /// So many bytes of the header at most.
    Header(usize),
}

/// One mail's bytes.
#[derive(Debug)]
pub struct Fetched {
    pub uid: u32,
    pub raw: Vec<u8>,
}

/// Slower than this a server is taken to be silent.
const SLOWEST_BYTES_PER_SECOND: u64 = 20_000;

impl Mailbox {
    pub async fn select(&mut self, folder: &str) -> Result<Selected, Failed> {
        let answers = self.ask(&format!("SELECT {}", quoted(folder))).await.map_err(|failed| {
            let words = format!("the folder \"{folder}\" cannot be opened: {}", failed.detail);
            Failed::new(StepName::Folder, words)
        })?;
        let mut selected = Selected { uid_validity: 0, keeps_keywords: false };
        for answer in answers {
            match answer {
                Answer::UidValidity(value) => selected.uid_validity = value.into(),
                Answer::PermanentFlags(flags) => {
                    selected.keeps_keywords = flags.iter().any(|flag| flag == "\\*" || flag == "$Imported");
                }
                _ => {}
            }
        }
        Ok(selected)
    }

    /// Numbers and sizes of what lies above a mark, ascending. Servers answer the empty range with the newest mail
    /// (RFC 3501, section 6.4.8): that one is left out.
    pub async fn above(&mut self, mark: i64) -> Result<Vec<(u32, u64)>, Failed> {
        let answers = self.ask(&format!("UID FETCH {}:* (UID RFC822.SIZE)", mark + 1)).await?;
        let mut found: Vec<(u32, u64)> = answers.iter().filter_map(size_of).collect();
        found.retain(|(uid, _)| i64::from(*uid) > mark);
        found.sort_unstable();
        found.dedup_by_key(|(uid, _)| *uid);
        Ok(found)
    }

    /// Sizes of these alone.
    pub async fn sizes(&mut self, uids: &[u32]) -> Result<Vec<(u32, u64)>, Failed> {
        let answers = self.ask(&format!("UID FETCH {} (UID RFC822.SIZE)", set(uids))).await?;
        let mut found: Vec<(u32, u64)> = answers.iter().filter_map(size_of).collect();
        found.retain(|(uid, _)| uids.contains(uid));
        found.sort_unstable();
        Ok(found)
    }

    /// Every number in the folder.
    pub async fn uids(&mut self) -> Result<BTreeSet<u32>, Failed> {
        let answers = self.ask("UID SEARCH ALL").await?;
        let lists = answers.into_iter().filter_map(|answer| match answer {
            Answer::Found(uids) => Some(uids),
            _ => None,
        });
        Ok(lists.flatten().collect())
    }

    pub async fn begin_fetch(&mut self, uids: &[u32], what: What) -> Result<RequestId, Failed> {
        let what = match what {
            What::Whole => "BODY.PEEK[]".to_owned(),
            What::Header(most) => format!("BODY.PEEK[HEADER]<0.{most}>"),
        };
        self.begin(&format!("UID FETCH {} (UID {what})", set(uids))).await
    }

    /// The next mail of a fetch, of which none is larger than `bytes`.
    pub async fn next_fetched(&mut self, fetch: &RequestId, bytes: u64) -> Result<Option<Fetched>, Failed> {
        let longest = self.patience + Duration::from_secs(bytes / SLOWEST_BYTES_PER_SECOND);
        while let Some(answer) = self.next(fetch, longest).await? {
            if let Answer::Mail { uid: Some(uid), raw: Some(raw), .. } = answer {
                return Ok(Some(Fetched { uid, raw }));
            }
        }
        Ok(None)
    }

    pub async fn mark(&mut self, uids: &[u32], keyword: &str) -> Result<(), Failed> {
        self.ask(&format!("UID STORE {} +FLAGS.SILENT ({keyword})", set(uids))).await.map(drop)
    }

    /// To a folder that is made where there is none.
    pub async fn move_to(&mut self, uids: &[u32], folder: &str) -> Result<(), Failed> {
        let moved = self.try_move(uids, folder).await;
        let Err(failed) = moved else { return Ok(()) };
        let words = |why: &str| Failed::new(StepName::Folder, format!("mails cannot be moved to \"{folder}\": {why}"));
        self.ask(&format!("CREATE {}", quoted(folder))).await.map_err(|_| words(&failed.detail))?;
        self.try_move(uids, folder).await.map_err(|failed| words(&failed.detail))
    }

    async fn try_move(&mut self, uids: &[u32], folder: &str) -> Result<(), Failed> {
        if self.can_move {
            return self.ask(&format!("UID MOVE {} {}", set(uids), quoted(folder))).await.map(drop);
        }
        self.ask(&format!("UID COPY {} {}", set(uids), quoted(folder))).await?;
        self.delete(uids).await
    }

    /// Where the server cannot remove these mails alone, they are marked as deleted: others may have marked mails of theirs.
    pub async fn delete(&mut self, uids: &[u32]) -> Result<(), Failed> {
        self.mark(uids, "\\Deleted").await?;
        if self.can_expunge_one {
            self.ask(&format!("UID EXPUNGE {}", set(uids))).await?;
        }
        Ok(())
    }
}

fn size_of(answer: &Answer) -> Option<(u32, u64)> {
    match answer {
        Answer::Mail { uid: Some(uid), size: Some(size), .. } => Some((*uid, *size)),
        _ => None,
    }
}

fn set(uids: &[u32]) -> String {
    uids.iter().map(u32::to_string).collect::<Vec<_>>().join(",")
}

fn quoted(folder: &str) -> String {
    format!("\"{}\"", utf7::encode(folder).replace('\\', "\\\\").replace('"', "\\\""))
}
