//! What of a mail's text its writer wrote now, and what is quotation or signature.
//!
//! Invariants
//! - Nothing is ever cut: [`fold`] gives ranges of the text to be shown folded, and what it gives together with what is
//!   left is the whole text, byte by byte.
//! - Somebody's own words stay visible where it is in doubt: quotations between answers, forwarded mail and a quotation
//!   that stands alone are not folded.
//!
//! No standard says how a program quotes. The rules know shapes (a line that says who wrote when, a block of header fields,
//! a margin of `>`, a dividing line, the `-- ` of RFC 3676 section 4.3) and, for their words, tables of many languages.

mod divider;
mod fields;
mod fold;
pub mod html;
mod line;
mod quoted;
mod signature;
mod wrote;

pub use fold::{fold, unfolded};
