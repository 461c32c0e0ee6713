//! One command and all that is answered. The library's own streams end alike whether the server said OK, NO or nothing
//! any more; here each of them is told apart, because an empty answer moves the high-water mark.

use std::time::Duration;

use async_imap::{
    error::Error,
    imap_proto::{AttributeValue, MailboxDatum, RequestId, Response, ResponseCode, Status},
};

use super::{Mailbox, words};
use crate::wire::{Failed, StepName};

/// What of an answer is of use here.
#[derive(Debug)]
pub(super) enum Answer {
    Mail { uid: Option<u32>, size: Option<u64>, raw: Option<Vec<u8>> },
    Found(Vec<u32>),
    UidValidity(u32),
    PermanentFlags(Vec<String>),
    Other,
}

impl Mailbox {
    /// All data up to the server's OK.
    pub(super) async fn ask(&mut self, command: &str) -> Result<Vec<Answer>, Failed> {
        let tag = self.begin(command).await?;
        let mut answers = vec![];
        while let Some(answer) = self.next(&tag, self.patience).await? {
            answers.push(answer);
        }
        Ok(answers)
    }

    pub(super) async fn begin(&mut self, command: &str) -> Result<RequestId, Failed> {
        let begun = tokio::time::timeout(self.patience, self.session.run_command(command)).await;
        begun.map_err(|_| silent(self.patience))?.map_err(|error| lost(&error))
    }

    /// The next answer to this command; `None` at the OK that ends it.
    pub(super) async fn next(&mut self, tag: &RequestId, longest: Duration) -> Result<Option<Answer>, Failed> {
        let answer = tokio::time::timeout(longest, self.session.read_response()).await.map_err(|_| silent(longest))?;
        let answer = answer.map_err(|error| lost(&error.into()))?.ok_or_else(|| lost(&Error::ConnectionLost))?;
        match answer.parsed() {
            Response::Done { tag: of, status, outcome } if of == tag => {
                let said = outcome.information.as_deref().unwrap_or("without a reason");
                if *status == Status::Ok { Ok(None) } else { Err(refused(said)) }
            }
            Response::Data { status: Status::Bye, outcome } => {
                let said = outcome.information.as_deref().unwrap_or("without a reason");
                Err(Failed::new(StepName::Folder, format!("the server ends the connection: {said}")))
            }
            other => Ok(Some(read(other))),
        }
    }
}

fn read(response: &Response<'_>) -> Answer {
    match response {
        Response::Fetch(_, attributes) => mail(attributes),
        Response::MailboxData(MailboxDatum::Search(uids)) => Answer::Found(uids.clone()),
        Response::Data { status: Status::Ok, outcome } => match &outcome.code {
            Some(ResponseCode::UidValidity(value)) => Answer::UidValidity(*value),
            Some(ResponseCode::PermanentFlags(flags)) => {
                Answer::PermanentFlags(flags.iter().map(|flag| flag.to_string()).collect())
            }
            _ => Answer::Other,
        },
        _ => Answer::Other,
    }
}

fn mail(attributes: &[AttributeValue<'_>]) -> Answer {
    let (mut uid, mut size, mut raw) = (None, None, None);
    for attribute in attributes {
        match attribute {
            AttributeValue::Uid(value) => uid = Some(*value),
            AttributeValue::Rfc822Size(value) => size = Some((*value).into()),
            AttributeValue::BodySection { data: Some(data), .. } => raw = Some(data.to_vec()),
            _ => {}
        }
    }
    Answer::Mail { uid, size, raw }
}

fn refused(said: &str) -> Failed {
    Failed::new(StepName::Folder, format!("the server says: {}", words::bare(said)))
}

fn silent(longest: Duration) -> Failed {
    Failed::new(StepName::Folder, format!("the server was silent for {} seconds", longest.as_secs_f32()))
}

fn lost(error: &Error) -> Failed {
    Failed::new(StepName::Folder, words::of(error))
}
