use std::collections::HashMap;

use anyhow::Context;
use atum_core::{
    App,
    db::{ReadWrite, TenantTx},
};
use futures::future::BoxFuture;
use serde_json::Value;

use crate::Job;

/// Carries out one kind of job. Separate from the job itself, so that a lower domain may ask for what a higher one does.
pub trait Handler {
    type Job: Job;

    /// Runs inside a transaction of the job's organization, which the worker commits together with the job's end.
    fn run(app: &App, tx: &mut TenantTx<ReadWrite>, job: Self::Job) -> impl Future<Output = anyhow::Result<()>> + Send;
}

pub(crate) type Run = for<'a> fn(&'a App, &'a mut TenantTx<ReadWrite>, Value) -> BoxFuture<'a, anyhow::Result<()>>;

/// Which handler does which kind.
#[derive(Default, Clone)]
pub struct Registry(HashMap<&'static str, Run>);

impl Registry {
    pub fn add<H: Handler + 'static>(&mut self) {
        let before = self.0.insert(H::Job::KIND, run::<H>);
        assert!(before.is_none(), "two handlers for jobs of kind {}", H::Job::KIND);
    }

    /// Every kind that somebody handles.
    pub fn kinds(&self) -> impl Iterator<Item = &'static str> {
        self.0.keys().copied()
    }

    pub(crate) fn get(&self, kind: &str) -> Option<Run> {
        self.0.get(kind).copied()
    }
}

fn run<'a, H: Handler>(
    app: &'a App,
    tx: &'a mut TenantTx<ReadWrite>,
    payload: Value,
) -> BoxFuture<'a, anyhow::Result<()>> {
    Box::pin(async move {
        let job = serde_json::from_value(payload).context("the payload is of another version")?;
        H::run(app, tx, job).await
    })
}
