//! Who plays.

use atum_core::{App, caller::Role, ids::OrganizationId};
use atum_identity::SeedPerson;
use chrono_tz::{Africa, Europe, Tz};

pub struct Organization {
    pub slug: &'static str,
    pub name: &'static str,
    pub time_zone: Tz,
    pub tickets: usize,
    pub people: &'static [Person],
}

pub struct Person {
    pub name: &'static str,
    pub email: &'static str,
    pub role: Role,
    pub company: Option<&'static str>,
    pub locale: &'static str,
    time_zone: Tz,
}

/// One line of the terminal.
pub struct Login {
    pub email: &'static str,
    pub who: String,
}

const DELTA: Option<&str> = Some("Delta Printing House");
const BERGMANN: Option<&str> = Some("Bergmann Werkzeuge GmbH");

const fn person(
    name: &'static str,
    email: &'static str,
    role: Role,
    company: Option<&'static str>,
    locale: &'static str,
) -> Person {
    let time_zone = match locale.as_bytes() {
        b"de" => Europe::Berlin,
        _ => Africa::Cairo,
    };
    Person { name, email, role, company, locale, time_zone }
}

const NILE: Organization = Organization {
    slug: "nile-supplies",
    name: "Nile Supplies",
    time_zone: Africa::Cairo,
    tickets: 200,
    people: &[
        person("Salma Nassar", "salma@nile-supplies.example", Role::Admin, None, "en"),
        person("Omar Farouk", "omar@nile-supplies.example", Role::Manager, None, "en"),
        person("Amira Saleh", "amira@nile-supplies.example", Role::Agent, None, "ar"),
        person("Peter Lindqvist", "peter@nile-supplies.example", Role::Agent, None, "en"),
        person("Katrin Albers", "katrin@nile-supplies.example", Role::Agent, None, "de"),
        person("Mariam Soliman", "mariam@delta-printing.example", Role::CustomerAdmin, DELTA, "ar"),
        person("Youssef Adel", "youssef@delta-printing.example", Role::Customer, DELTA, "ar"),
        person("Karim Fathy", "karim@delta-printing.example", Role::Customer, DELTA, "en"),
        person("Hana Mostafa", "hana@delta-printing.example", Role::Customer, DELTA, "ar"),
        person("Jonas Bergmann", "jonas@bergmann.example", Role::CustomerAdmin, BERGMANN, "de"),
        person("Lena Vogt", "lena@bergmann.example", Role::Customer, BERGMANN, "de"),
        person("Tobias Krüger", "tobias@bergmann.example", Role::Customer, BERGMANN, "de"),
        person("Grace Okafor", "grace@okafor.example", Role::Customer, None, "en"),
        person("Daniel Reyes", "daniel@reyes.example", Role::Customer, None, "en"),
        person("Nour Haddad", "nour@haddad.example", Role::Customer, None, "ar"),
    ],
};

/// Small, and with somebody who works in both.
const CEDAR: Organization = Organization {
    slug: "cedar-workshop",
    name: "Cedar Workshop",
    time_zone: Europe::Berlin,
    tickets: 12,
    people: &[
        person("Hanna Lorenz", "hanna@cedar-workshop.example", Role::Admin, None, "de"),
        person("Amira Saleh", "amira@nile-supplies.example", Role::Manager, None, "ar"),
        person("Paul Weiss", "paul@cedar-workshop.example", Role::Agent, None, "de"),
        person("Emma Brandt", "emma@brandt.example", Role::Customer, None, "de"),
        person("Oliver Grant", "oliver@grant.example", Role::Customer, None, "en"),
    ],
};

/// The last one is the sign that the demo is whole.
pub fn organizations() -> [&'static Organization; 2] {
    [&NILE, &CEDAR]
}

/// Everybody of the first organization whom one may want to be.
pub fn logins() -> Vec<Login> {
    let shown = NILE.people.iter().filter(|person| person.role != Role::Customer || person.company == DELTA).take(7);
    shown.map(|person| Login { email: person.email, who: described(person) }).collect()
}

fn described(person: &Person) -> String {
    let role = match person.role {
        Role::Admin => "admin",
        Role::Manager => "manager",
        Role::Agent => "agent",
        Role::CustomerAdmin => "customer, sees the whole company",
        Role::Customer => "customer",
    };
    let elsewhere = CEDAR.people.iter().any(|other| other.email == person.email);
    let also = if elsewhere { format!(", also in {}", CEDAR.name) } else { String::new() };
    format!("{} ({role}{also})", person.name)
}

impl Organization {
    pub fn all(&self, role: Role) -> Vec<&'static Person> {
        self.people.iter().filter(|person| person.role == role).collect()
    }

    pub fn customers_speaking(&self, locale: &str) -> Vec<&'static Person> {
        let speaks = |person: &&Person| !person.role.is_staff() && person.locale == locale;
        self.people.iter().filter(speaks).collect()
    }
}

/// Adds the people with their accounts and companies.
pub async fn enter(app: &App, organization_id: OrganizationId, organization: &Organization) -> anyhow::Result<()> {
    let hash = atum_identity::hash_password(super::PASSWORD).await?;
    for person in organization.people {
        let company_id = match person.company {
            Some(name) => Some(atum_identity::seed_company(app, organization_id, name).await?),
            None => None,
        };
        let new = SeedPerson {
            name: person.name,
            email: person.email,
            role: person.role,
            company_id,
            locale: person.locale,
            time_zone: person.time_zone.name(),
        };
        atum_identity::seed_person(app, organization_id, &new, &hash).await?;
    }
    Ok(())
}
