//! Beginning a transaction so that whoever begins may go away at any moment.
//!
//! sqlx rolls back what it has seen begin. If a request is given up in the middle of its BEGIN (the browser hung up), its
//! connection would return to the pool inside a transaction, with its organization and its mode, and the next request
//! would find itself in it. So a beginning that is given up goes on in a task, whose transaction then rolls back.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use futures::future::BoxFuture;
use sqlx::{AssertSqlSafe, PgPool, Postgres, Transaction};
use tokio::runtime::Handle;

type Begun = sqlx::Result<Transaction<'static, Postgres>>;

pub(crate) fn begin(pool: &PgPool, statement: String) -> impl Future<Output = Begun> + Send + use<> {
    let pool = pool.clone();
    Beginning(Some(Box::pin(async move { pool.begin_with(AssertSqlSafe(statement)).await })))
}

struct Beginning(Option<BoxFuture<'static, Begun>>);

impl Future for Beginning {
    type Output = Begun;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Begun> {
        let Some(beginning) = &mut self.0 else { return Poll::Pending };
        let polled = beginning.as_mut().poll(context);
        if polled.is_ready() {
            self.0 = None;
        }
        polled
    }
}

impl Drop for Beginning {
    fn drop(&mut self) {
        if let (Some(beginning), Ok(runtime)) = (self.0.take(), Handle::try_current()) {
            runtime.spawn(beginning);
        }
    }
}
