use std::time::Duration;

use super::{Mailbox, words};
use crate::wire::{Failed, StepName};

impl Mailbox {
    /// Waits until the server tells of something in the open folder, but no longer than this. It is renewed each time,
    /// so that a dead connection is noticed by the next command.
    pub async fn wait(self, longest: Duration) -> Result<Self, Failed> {
        let lost = |words: String| Failed::new(StepName::Folder, words);
        let Self { session, patience, .. } = self;
        let mut handle = session.idle();
        let begun = tokio::time::timeout(patience, handle.init()).await;
        begun.map_err(|_| lost("the server was silent".into()))?.map_err(|error| lost(words::of(&error)))?;
        let (told, _interrupt) = handle.wait_with_timeout(longest);
        // Keep-alives of the server put the library's own limit off.
        let told = tokio::time::timeout(longest, told).await;
        if let Ok(Err(error)) = told {
            return Err(lost(words::of(&error)));
        }
        let done = tokio::time::timeout(patience, handle.done()).await;
        let session =
            done.map_err(|_| lost("the server was silent".into()))?.map_err(|error| lost(words::of(&error)))?;
        Ok(Self { session, ..self })
    }
}
