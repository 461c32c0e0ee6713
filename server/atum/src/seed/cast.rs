//! Who works and who asks in a made-up organization.

use atum_core::caller::Role;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{id::Ids, rows::Rows, words};
use crate::demo::Dice;

pub struct Member {
    pub id: Uuid,
    pub name: String,
    pub email: String,
    pub role: Role,
    pub company_id: Option<Uuid>,
    pub language: &'static str,
}

pub struct Cast {
    pub managers: Vec<Member>,
    pub agents: Vec<Member>,
    pub customers: Vec<Member>,
}

impl Cast {
    /// As many as so many tickets in two years keep busy. `label` keeps names and addresses apart from those that an
    /// earlier seed of the same organization left.
    pub fn of(tickets: u64, seed: u64, slug: &str, label: &str, since: DateTime<Utc>, rows: &mut Rows) -> Self {
        let mut dice = Dice::new(seed ^ 0xCA57);
        let mut ids = Ids::new(since);
        let mut member = |role: Role, address: String, company_id: Option<Uuid>| {
            let language = words::language(&mut dice);
            let known = words::of(language);
            let name = format!("{} {}", dice.choose(&known.first), dice.choose(&known.last));
            let id = ids.at(since, &mut dice);
            Member { id, name, email: format!("{address}@{slug}.example"), role, company_id, language }
        };
        let managers =
            (0..(tickets / 20_000).clamp(1, 5)).map(|n| member(Role::Manager, format!("manager{n}{label}"), None));
        let managers: Vec<_> = managers.collect();
        let agents = (0..(tickets / 250).clamp(3, 240)).map(|n| member(Role::Agent, format!("agent{n}{label}"), None));
        let agents: Vec<_> = agents.collect();
        let companies = companies((tickets / 80).max(3), seed, label, since, rows);
        let customers = (0..(tickets / 8).max(12)).map(|n| {
            // Every seventh asks for themselves alone; the first of each company sees all of it.
            let (company, nth) = (n % companies.len() as u64, n / companies.len() as u64);
            let role = if nth == 0 { Role::CustomerAdmin } else { Role::Customer };
            let company_id = (n % 7 != 6).then(|| companies[usize::try_from(company).unwrap_or(0)]);
            member(if company_id.is_some() { role } else { Role::Customer }, format!("customer{n}{label}"), company_id)
        });
        let customers = customers.collect();
        let cast = Self { managers, agents, customers };
        for member in cast.staff().chain(&cast.customers) {
            rows.person(member, since);
        }
        cast
    }

    pub fn staff(&self) -> impl Iterator<Item = &Member> {
        self.managers.iter().chain(&self.agents)
    }
}

fn companies(count: u64, seed: u64, label: &str, since: DateTime<Utc>, rows: &mut Rows) -> Vec<Uuid> {
    let mut dice = Dice::new(seed ^ 0xC0);
    let mut ids = Ids::new(since);
    let mut company = |n: u64| {
        let known = words::of(words::language(&mut dice));
        let name = format!("{} {} {}{label}", dice.choose(&known.last), dice.choose(&known.trade), n + 1);
        let id = ids.at(since, &mut dice);
        rows.company(id, &name, since);
        id
    };
    (0..count).map(&mut company).collect()
}
