use atum_core::{
    App,
    db::{ReadWrite, TenantTx},
    ids::InboundMailId,
};
use atum_jobs::{Handler, Job};
use serde::{Deserialize, Serialize};

/// Somebody wants a mail looked at now. The job that was enqueued when it came may wait for hours after its failures; it
/// finds nothing to do when this one is done.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ProcessMailAgain {
    pub inbound_mail_id: InboundMailId,
}

impl Job for ProcessMailAgain {
    const KIND: &'static str = "process_mail_again";
    const PRIORITY: i16 = 1;
}

pub(crate) struct ProcessesAgain;

impl Handler for ProcessesAgain {
    type Job = ProcessMailAgain;

    async fn run(app: &App, tx: &mut TenantTx<ReadWrite>, job: ProcessMailAgain) -> anyhow::Result<()> {
        super::attempt(app, tx, job.inbound_mail_id).await
    }
}
