//! Passwords: what is good enough, and how they are kept.

use std::{
    sync::{LazyLock, OnceLock},
    time::Duration,
};

use anyhow::Context;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version, password_hash::phc};
use atum_core::{App, Problem, Result, checks::Checks, problem::Kind};
use tokio::sync::{Semaphore, SemaphorePermit};
use zxcvbn::{Score, zxcvbn};

use crate::breached;

/// Refuses a password that is too short or long, holds one of the forbidden names, is known from breaches, or can be
/// guessed (zxcvbn under 3, that is, fewer than 10^8 tries). Names are those of the organization and the person, and the
/// e-mail's local part. The pointer names the field.
pub(crate) async fn check(app: &App, pointer: &str, password: &str, forbidden: &[&str]) -> Result<()> {
    check_alone(pointer, password, forbidden)?;
    if is_in_the_operators_file(app, password).await? { Err(breached(pointer)) } else { Ok(()) }
}

fn breached(pointer: &str) -> Problem {
    Problem::field(pointer, "breached", "is known from breaches of other sites, and so among the first to be tried")
}

/// A file that cannot be read refuses every password: not looking would be to let all of them pass.
async fn is_in_the_operators_file(app: &App, password: &str) -> Result<bool> {
    let Some(path) = app.config.breached_passwords_file.clone() else { return Ok(false) };
    let password = password.to_owned();
    let found = tokio::task::spawn_blocking(move || breached::is_in_file(&path, &password)).await;
    Ok(found.context("looking a password up")?.context("reading the list of breached passwords")?)
}

pub(crate) fn check_alone(pointer: &str, password: &str, forbidden: &[&str]) -> Result<()> {
    let characters = password.chars().count();
    let mut checks = Checks::new();
    checks.require(characters >= 12, pointer, "too_short", "must have at least 12 characters").require(
        characters <= 256,
        pointer,
        "too_long",
        "must have at most 256 characters",
    );
    checks.finish()?;
    if contains_name(password, forbidden) {
        return Err(Problem::field(pointer, "contains_name", "must not contain your name or the organization's"));
    }
    if breached::is_common(password) {
        return Err(breached(pointer));
    }
    if zxcvbn(password, forbidden).score() < Score::Three {
        return Err(Problem::field(pointer, "too_weak", "can be guessed too easily"));
    }
    Ok(())
}

fn contains_name(password: &str, forbidden: &[&str]) -> bool {
    let password = password.to_lowercase();
    forbidden.iter().flat_map(|name| parts(name)).any(|part| password.contains(&part))
}

/// The words of a name and all of them together, lower case; what is shorter than four letters appears by chance.
fn parts(name: &str) -> Vec<String> {
    let name = name.split('@').next().unwrap_or_default().to_lowercase();
    let words = name.split(|letter: char| !letter.is_alphanumeric());
    let squeezed = name.chars().filter(|letter| letter.is_alphanumeric()).collect();
    let long = |part: &String| part.chars().filter(|letter| letter.is_alphabetic()).count() >= 4;
    words.map(str::to_owned).chain([squeezed]).filter(long).collect()
}

/// A PHC string, as it is kept.
#[derive(Clone)]
pub struct PasswordHash(pub(crate) String);

/// Hashes with argon2id and the parameters that OWASP's password storage cheat sheet names first for one lane:
/// 19 MiB, two passes.
pub async fn hash_password(password: &str) -> Result<PasswordHash> {
    let password = password.to_owned();
    off_the_reactor(move || hash_now(&password)).await?
}

fn hash_now(password: &str) -> Result<PasswordHash> {
    let hash: phc::PasswordHash = hasher().hash_password(password.as_bytes()).context("hashing a password")?;
    Ok(PasswordHash(hash.to_string()))
}

/// Takes as long without a hash as with one, so that time does not tell whether an account exists.
pub(crate) async fn verify_password(password: &str, hash: Option<&str>) -> Result<bool> {
    let (password, hash) = (password.to_owned(), hash.map(str::to_owned));
    off_the_reactor(move || {
        let known = hash.is_some();
        let hash = hash.map_or_else(nobodys_hash, Ok)?;
        let right = hasher().verify_password(password.as_bytes(), hash.as_str()).is_ok();
        Ok(known && right)
    })
    .await?
}

fn nobodys_hash() -> Result<String> {
    static HASH: OnceLock<String> = OnceLock::new();
    if let Some(hash) = HASH.get() {
        return Ok(hash.clone());
    }
    let hash = hash_now(crate::token::Token::new().as_str())?.0;
    Ok(HASH.get_or_init(|| hash).clone())
}

fn hasher() -> Argon2<'static> {
    static PARAMS: LazyLock<Params> = LazyLock::new(|| Params::new(19 * 1024, 2, 1, None).unwrap_or_default());
    Argon2::new(Algorithm::Argon2id, Version::V0x13, PARAMS.clone())
}

/// Hashing is 20 MiB and tens of milliseconds of one core: a few at a time, so that a flood of sign-ins leaves the
/// rest of the machine alone. Who waits too long is asked to come back.
async fn off_the_reactor<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let _permit = permit().await?;
    Ok(tokio::task::spawn_blocking(work).await.context("hashing a password")?)
}

async fn permit() -> Result<SemaphorePermit<'static>> {
    static HASHING: Semaphore = Semaphore::const_new(3);
    let busy = || Problem::new(Kind::TooManyRequests).detail("too many people are signing in").retry_after(5);
    let permit = tokio::time::timeout(Duration::from_secs(10), HASHING.acquire()).await.map_err(|_| busy())?;
    permit.map_err(|_| busy())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn code(password: &str) -> String {
        let forbidden = ["Acme Printing GmbH", "Maria López", "maria.l@acme.example"];
        check_alone("password", password, &forbidden)
            .err()
            .map_or("fine".into(), |problem| problem.errors[0].code.clone())
    }

    #[test]
    fn policy() {
        for (password, expected) in [
            ("elevenchars", "too_short"),
            ("ünïcödé wörd", "fine"),
            ("correct horse battery staple", "fine"),
            ("kX7#printing-qQ2!vm", "contains_name"),
            ("kX7#MARIA-qQ2!vmzz", "contains_name"),
            ("kX7#lópez-qQ2!vmzz", "contains_name"),
            ("aaaaaaaaaaaaaaaa", "breached"),
            ("password1234567", "breached"),
            ("CristianoRonaldo7", "breached"),
            ("qwertyuiopasdf", "too_weak"),
        ] {
            assert_eq!(code(password), expected, "{password}");
        }
        assert_eq!(code(&"x!9".repeat(86)), "too_long");
    }

    #[test]
    fn three_letters_are_no_name() {
        assert!(check_alone("password", "plum-kettle-orbit-Ann", &["Ann Li"]).is_ok());
        assert!(check_alone("password", "plum-kettle-orbit-annli", &["Ann Li"]).is_err(), "all of the name is");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn a_name_is_found_wherever_it_stands(before in "[0-9#!]{8,12}", name in "[A-Za-z]{4,12}", after in "[0-9#!]{0,8}") {
            let password = format!("{before}{}{after}", name.to_uppercase());
            let problem = check_alone("password", &password, &[&name]).unwrap_err();
            prop_assert_eq!(&problem.errors[0].code, "contains_name");
        }

        #[test]
        fn no_input_panics(password in any::<String>(), name in any::<String>()) {
            let _ = check_alone("password", &password, &[&name]);
        }
    }

    #[tokio::test]
    async fn only_the_right_password_of_an_existing_account_verifies() {
        let hash = hash_password("correct horse battery staple").await.unwrap().0;
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(verify_password("correct horse battery staple", Some(&hash)).await.unwrap());
        assert!(!verify_password("correct horse battery stapler", Some(&hash)).await.unwrap());
        assert!(!verify_password("correct horse battery staple", None).await.unwrap());
    }
}
