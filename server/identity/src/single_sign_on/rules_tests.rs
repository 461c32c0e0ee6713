use serde_json::json;

use super::*;
use crate::single_sign_on::settings::RoleRule;

fn settings() -> SingleSignOn {
    let rule = |value: &str, role| RoleRule { claim: "groups".into(), value: value.into(), role };
    SingleSignOn {
        enabled: true,
        issuer: "https://id.example".into(),
        client_id: "atum".into(),
        label: "Example".into(),
        scopes: vec![],
        email_claim: "email".into(),
        name_claim: "name".into(),
        company_claim: None,
        unstated_email_accepted: false,
        email_domains: vec!["acme.example".into()],
        role_rules: vec![rule("desk", Role::Agent), rule("leads", Role::Manager)],
        default_role: Some(Role::Customer),
        second_factor: WhoseSecondFactor::Stated,
    }
}

fn arrival(settings: &SingleSignOn, claims: Value) -> Arrival {
    Arrival::of(settings, "1".into(), claims.as_object().expect("an object"))
}

#[test]
fn the_highest_role_that_a_rule_gives_holds() {
    for (claims, expected) in [
        (json!({ "groups": ["desk"] }), Role::Agent),
        (json!({ "groups": ["desk", "leads"] }), Role::Manager),
        (json!({ "groups": ["leads", "desk"] }), Role::Manager),
        (json!({ "groups": "desk" }), Role::Agent),
        (json!({ "groups": ["help desk", "Desk", "desk2"] }), Role::Customer),
        (json!({ "groups": [["desk"]] }), Role::Customer),
        (json!({ "groups": { "desk": true } }), Role::Customer),
        (json!({}), Role::Customer),
    ] {
        assert_eq!(arrival(&settings(), claims.clone()).role, Some(Given::Decided(expected)), "{claims}");
    }
}

#[test]
fn without_a_rule_that_fits_and_without_a_default_there_is_no_place() {
    let none = SingleSignOn { default_role: None, ..settings() };
    assert_eq!(arrival(&none, json!({ "groups": ["cooks"] })).role, None);
    assert_eq!(arrival(&none, json!({ "groups": ["desk"] })).role, Some(Given::Decided(Role::Agent)));
}

#[test]
fn without_any_rule_the_default_is_for_newcomers() {
    let none = SingleSignOn { role_rules: vec![], ..settings() };
    assert_eq!(arrival(&none, json!({})).role, Some(Given::ForNewcomers(Some(Role::Customer))));
}

#[test]
fn a_claim_is_found_by_its_name_or_inside_another() {
    let rule = RoleRule { claim: "realm_access.roles".into(), value: "desk".into(), role: Role::Agent };
    let inside = SingleSignOn { role_rules: vec![rule], ..settings() };
    let agent = Some(Given::Decided(Role::Agent));
    assert_eq!(arrival(&inside, json!({ "realm_access": { "roles": ["desk"] } })).role, agent);
    assert_eq!(arrival(&inside, json!({ "realm_access.roles": ["desk"] })).role, agent);
    assert_ne!(arrival(&inside, json!({ "realm_access": ["desk"] })).role, agent);
    let url = RoleRule { claim: "https://acme.example/staff".into(), value: "true".into(), role: Role::Agent };
    let url = SingleSignOn { role_rules: vec![url], ..settings() };
    assert_eq!(arrival(&url, json!({ "https://acme.example/staff": true })).role, agent);
}

#[test]
fn an_e_mail_counts_once_it_is_said_to_be_verified() {
    let email = |verified: Value| json!({ "email": " Ana@Acme.example ", "email_verified": verified });
    let proven = |settings: &SingleSignOn, claims| arrival(settings, claims).proven_email().map(str::to_owned);
    for right in [json!(true), json!("true")] {
        assert_eq!(proven(&settings(), email(right)), Ok("ana@acme.example".into()));
    }
    for wrong in [json!(false), json!("false"), json!(1), json!(null)] {
        assert_eq!(proven(&settings(), email(wrong)), Err(Refusal::EmailUnverified));
    }
    let unstated = json!({ "email": "ana@acme.example" });
    assert_eq!(proven(&settings(), unstated.clone()), Err(Refusal::EmailUnverified));
    let trusting = SingleSignOn { unstated_email_accepted: true, ..settings() };
    assert_eq!(proven(&trusting, unstated), Ok("ana@acme.example".into()));
    assert_eq!(proven(&trusting, email(json!(false))), Err(Refusal::EmailUnverified));
    for no in [json!({}), json!({ "email": "ana" }), json!({ "email": ["ana@acme.example"], "email_verified": true })] {
        assert_eq!(proven(&trusting, no), Err(Refusal::NoEmail));
    }
}

#[test]
fn other_domains_are_refused() {
    let check =
        |settings: &SingleSignOn, email: &str| arrival(settings, json!({ "email": email })).check_domain(settings);
    assert_eq!(check(&settings(), "ana@acme.example"), Ok(()));
    for other in ["ana@acme.example.evil.example", "ana@evil.example", "ana@sub.acme.example", "ana@acme.exampl"] {
        assert_eq!(check(&settings(), other), Err(Refusal::Domain), "{other}");
    }
    let any = SingleSignOn { email_domains: vec!["*".into()], ..settings() };
    assert_eq!(check(&any, "ana@evil.example"), Ok(()));
}

#[test]
fn the_provider_s_word_on_a_second_factor_counts_as_far_as_it_is_to() {
    let done = |whose, claims| arrival(&SingleSignOn { second_factor: whose, ..settings() }, claims).second_factor_done;
    assert!(done(WhoseSecondFactor::Stated, json!({ "amr": ["pwd", "mfa"] })));
    assert!(done(WhoseSecondFactor::Stated, json!({ "acr": "https://refeds.org/profile/mfa" })));
    assert!(!done(WhoseSecondFactor::Stated, json!({ "amr": ["pwd", "otp"], "acr": "1" })));
    assert!(!done(WhoseSecondFactor::Ours, json!({ "amr": ["mfa"] })));
    assert!(done(WhoseSecondFactor::Provider, json!({})));
}

#[test]
fn a_claim_may_name_the_company() {
    let named = SingleSignOn { company_claim: Some("org.name".into()), ..settings() };
    for (claims, expected) in [
        (json!({ "org": { "name": " Nile Foods " } }), Some(vec!["Nile Foods"])),
        (json!({ "org.name": ["Nile Foods", 7, "", "Acme"] }), Some(vec!["Nile Foods", "Acme"])),
        (json!({ "org": { "name": "Nile\u{0}Foods" } }), Some(vec![])),
        (json!({ "org": { "name": null } }), Some(vec![])),
        (json!({ "org": "Nile Foods" }), None),
        (json!({}), None),
    ] {
        let companies = arrival(&named, claims.clone()).companies;
        assert_eq!(companies, expected.map(|names| names.into_iter().map(str::to_owned).collect()), "{claims}");
    }
    assert_eq!(arrival(&settings(), json!({ "company": "Nile Foods" })).companies, None, "unless it is set, nothing");
}
