use super::stage::Link;

/// What was done, told as it happens.
#[derive(Default)]
pub struct Report {
    changed: bool,
}

impl Report {
    pub fn step(&mut self, made: bool, what: &str) {
        match made {
            true => self.made(what),
            false => println!("kept   {what}"),
        }
    }

    pub fn made(&mut self, what: &str) {
        self.changed = true;
        println!("made   {what}");
    }

    /// What a person should know; nothing was done about it.
    pub fn note(&self, what: &str) {
        println!("note   {what}");
    }

    pub fn has_changed(&self) -> bool {
        self.changed
    }

    pub fn end(&self, public_url: &str, link: Option<&Link>) {
        match self.changed {
            true => println!("\nAtum Desk is at {public_url}"),
            false => println!("\nNothing was changed: everything is as it was asked for. Atum Desk is at {public_url}"),
        }
        if let Some(link) = link {
            println!("With this link {} comes in. It works once, until {}:\n{}", link.email, link.until, link.url);
        }
    }
}
