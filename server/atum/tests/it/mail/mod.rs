mod channel;
mod explain;
