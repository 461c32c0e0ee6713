//! The claims of somebody whom a provider brings, and the way back that their browser asked for.

#![no_main]

use atum_identity::fuzzing::{
    email,
    single_sign_on::{claims, way_back},
};
use url::Url;

libfuzzer_sys::fuzz_target!(|given: (&[u8], &str)| {
    let (body, text) = given;
    for way in [text, "email", "a.b", "groups"] {
        let Some(told) = claims(body, way) else { break };
        assert!(!told.is_admin, "no rule makes an admin here");
        assert!(told.email.as_deref().is_none_or(|kept| email(kept).as_deref() == Some(kept)), "{:?}", told.email);
        assert!(told.name.is_none_or(|name| (1..=120).contains(&name.chars().count()) && !name.contains('\0')));
    }
    if let Some(next) = way_back(text) {
        let here = Url::parse("https://desk.example/sign-in").expect("an address");
        assert_eq!(here.join(&next).expect("a path").origin(), here.origin(), "{next}");
    }
});
