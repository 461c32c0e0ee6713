//! The texts of mails: one for each kind and language, in the program and, where an organization wrote its own, in the
//! database. A template is plain text with `{{variables}}`; the HTML is made of it, so that there always is plain text
//! and no variable can bring markup along.

mod defaults;
mod kind;
pub(crate) mod list;
pub(crate) mod preview;
pub(crate) mod save;
mod stored;
mod text;

pub use kind::TemplateKind;
pub use stored::{Filled, Template, of};
pub use text::{Values, Wrong};
