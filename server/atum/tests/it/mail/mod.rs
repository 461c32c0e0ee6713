mod channel;
mod explain;
mod outbox;
mod template;
