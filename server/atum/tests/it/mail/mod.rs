mod access;
mod channel;
mod explain;
mod notify;
mod outbox;
mod template;
