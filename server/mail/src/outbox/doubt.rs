//! What became of a mail whose connection was lost after the final dot. SMTP cannot be asked, so the mail is not sent
//! again because of the doubt alone: it would come twice nearly each time. Where the channel reads the folder in which the
//! provider files what it sent, that folder tells; where it tells nothing a person decides.

use atum_core::{
    App, Result,
    db::{ReadWrite, TenantTx},
    ids::{MailChannelId, OrganizationId, OutgoingEnvelopeId, OutgoingMailId},
};
use chrono::{DateTime, TimeDelta, Utc};

use super::{claim::system, tell};

/// A provider files what it took over within seconds. Only what is not there after so long is not there.
const FILED_WITHIN: TimeDelta = TimeDelta::minutes(10);
const BETWEEN_LOOKS: TimeDelta = TimeDelta::minutes(1);
/// A folder that cannot be read for longer tells nothing.
const GIVE_UP_AFTER: TimeDelta = TimeDelta::hours(48);

struct Doubt {
    id: OutgoingEnvelopeId,
    mail_id: OutgoingMailId,
    message_id_header: String,
    recipient: String,
    began_at: DateTime<Utc>,
    /// Envelopes of the mail that the server has or may have.
    perhaps_sent: i64,
}

struct Folder {
    name: String,
    read_at: DateTime<Utc>,
}

#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    Arrived,
    /// The server does not have it.
    Absent,
    LookAgain,
    /// A person has to say.
    Unknown,
}

/// Settles what can be settled of a channel's doubts that are due.
pub(super) async fn settle(app: &App, organization_id: OrganizationId, channel_id: MailChannelId) -> Result<()> {
    let mut tx = app.db.write(&system(organization_id)).await?;
    let doubts = due(&mut tx, channel_id).await?;
    if doubts.is_empty() {
        return Ok(());
    }
    let folder = folder(&mut tx, channel_id).await?;
    for doubt in doubts {
        let verdict = match &folder {
            Some(folder) => look(&mut tx, channel_id, folder, &doubt).await?,
            None => Verdict::Unknown,
        };
        write(&mut tx, &doubt, &verdict).await?;
    }
    tx.commit().await
}

async fn due(tx: &mut TenantTx<ReadWrite>, channel_id: MailChannelId) -> Result<Vec<Doubt>> {
    let now = tx.now;
    let doubts = sqlx::query_as!(
        Doubt,
        r#"select e.id as "id: OutgoingEnvelopeId", e.mail_id as "mail_id: OutgoingMailId", m.message_id_header,
                  e.recipient, e.changed_at as began_at,
                  (select count(*) from desk.outgoing_envelope o
                    where o.mail_id = e.mail_id and o.state in ('sending', 'uncertain', 'accepted', 'bounced'))
                      as "perhaps_sent!"
             from desk.outgoing_envelope e
             join desk.outgoing_mail m on m.organization_id = e.organization_id and m.id = e.mail_id
            where e.channel_id = $1 and e.state = 'uncertain' and e.next_attempt_at <= $2
            order by e.next_attempt_at, e.id limit 200 for update of e skip locked"#,
        channel_id.0,
        now,
    );
    Ok(doubts.fetch_all(&mut **tx).await?)
}

/// Of an active channel that names one and has read it.
async fn folder(tx: &mut TenantTx<ReadWrite>, channel_id: MailChannelId) -> Result<Option<Folder>> {
    let folder = sqlx::query_as!(
        Folder,
        r#"select imap->>'sent_folder' as "name!", coalesce(last_success_at, 'epoch') as "read_at!"
             from desk.mail_channel
            where id = $1 and active and deleted_at is null and imap->>'sent_folder' is not null"#,
        channel_id.0,
    );
    Ok(folder.fetch_optional(&mut **tx).await?)
}

async fn look(
    tx: &mut TenantTx<ReadWrite>,
    channel_id: MailChannelId,
    folder: &Folder,
    doubt: &Doubt,
) -> Result<Verdict> {
    let copies = filed(tx, channel_id, folder, &doubt.message_id_header).await?;
    let known = folder.read_at >= doubt.began_at + FILED_WITHIN;
    let witness = known && copies == 0 && files(tx, channel_id, folder).await?;
    let expired = tx.now >= doubt.began_at + GIVE_UP_AFTER;
    Ok(judge(copies, doubt.perhaps_sent, known, witness, expired))
}

/// Recipients get the mail one by one, each filed for itself: only as many copies as may have been sent prove all of them.
fn judge(copies: i64, perhaps_sent: i64, known: bool, files: bool, expired: bool) -> Verdict {
    match (copies, known) {
        (copies, _) if copies >= perhaps_sent => Verdict::Arrived,
        (0, true) if files => Verdict::Absent,
        (_, true) => Verdict::Unknown,
        (_, false) if expired => Verdict::Unknown,
        (_, false) => Verdict::LookAgain,
    }
}

async fn filed(
    tx: &mut TenantTx<ReadWrite>,
    channel_id: MailChannelId,
    folder: &Folder,
    message_id: &str,
) -> Result<i64> {
    let copies = sqlx::query_scalar!(
        r#"select count(*) as "copies!" from desk.inbound_mail where channel_id = $1 and identity = $2 and folder = $3"#,
        channel_id.0,
        message_id,
        folder.name,
    );
    Ok(copies.fetch_one(&mut **tx).await?)
}

/// Whether the provider files at all, under our ids: the last mail that it said it had taken lies there.
async fn files(tx: &mut TenantTx<ReadWrite>, channel_id: MailChannelId, folder: &Folder) -> Result<bool> {
    let last = sqlx::query_scalar!(
        r#"select m.message_id_header from desk.outgoing_envelope e
             join desk.outgoing_mail m on m.organization_id = e.organization_id and m.id = e.mail_id
            where e.channel_id = $1 and e.state = 'accepted' and e.changed_at <= $2
            order by e.changed_at desc, e.id desc limit 1"#,
        channel_id.0,
        folder.read_at - FILED_WITHIN,
    );
    let Some(last) = last.fetch_optional(&mut **tx).await? else { return Ok(false) };
    Ok(filed(tx, channel_id, folder, &last).await? > 0)
}

async fn write(tx: &mut TenantTx<ReadWrite>, doubt: &Doubt, verdict: &Verdict) -> Result<()> {
    let now = tx.now;
    let (state, next, words) = match verdict {
        Verdict::Arrived => ("accepted", None, None),
        Verdict::Absent => {
            ("queued", Some(now), Some("the server did not file it among what it sent: it goes out again"))
        }
        Verdict::LookAgain => ("uncertain", Some(now + BETWEEN_LOOKS), None),
        Verdict::Unknown => ("uncertain", None, None),
    };
    sqlx::query!(
        "update desk.outgoing_envelope
            set state = $2, next_attempt_at = $3, doubted = ($2 = 'uncertain' and $3::timestamptz is null),
                last_error = case when $2 = 'accepted' then null else coalesce($4, last_error) end,
                server_reply = case when $2 = 'accepted' then 'found among what the server sent' else server_reply end,
                changed_at = case when $2 = 'uncertain' then changed_at else $5 end
          where id = $1",
        doubt.id.0,
        state,
        next,
        words,
        now,
    )
    .execute(&mut **tx)
    .await?;
    if *verdict == Verdict::Unknown {
        tell::event(tx, doubt.mail_id, "mail_uncertain", &doubt.recipient, None).await?;
    }
    tell::wake(tx).await
}

#[cfg(test)]
mod tests {
    use super::{Verdict::*, *};

    #[test]
    fn only_what_the_folder_proves_is_settled() {
        // copies, perhaps sent, read since, the provider files, too long ago
        let table = [
            (1, 1, false, false, false, Arrived),
            (0, 1, false, true, false, LookAgain),
            (0, 1, true, true, false, Absent),
            (0, 1, true, false, false, Unknown),
            (0, 1, false, false, true, Unknown),
            (1, 2, true, true, false, Unknown),
            (2, 2, true, true, false, Arrived),
            (0, 2, true, true, false, Absent),
        ];
        for (copies, perhaps_sent, known, files, expired, verdict) in table {
            assert_eq!(judge(copies, perhaps_sent, known, files, expired), verdict, "{copies} of {perhaps_sent}");
        }
    }
}
