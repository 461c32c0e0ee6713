use proptest::prelude::*;

use super::*;

fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap()
}

fn failed(times: i32, rule: Rule) -> Bucket {
    (0..times).fold(Bucket::default().at(start()), |bucket, _| bucket.charged(rule, start()))
}

#[test]
fn free_tries_cost_nothing_and_then_each_waits_twice_as_long() {
    let waits: Vec<i64> = (4..9).map(|times| failed(times, EMAIL_FROM_NETWORK).wait(start()).num_seconds()).collect();
    assert_eq!(waits, [0, 0, 1, 2, 4]);
}

#[test]
fn no_wait_is_longer_than_documented() {
    for (rule, seconds) in [(DEVICE, 300), (EMAIL_FROM_NETWORK, 300), (NETWORK, 60), (EMAIL, 30)] {
        assert_eq!(failed(100_000, rule).wait(start()).num_seconds(), seconds);
    }
}

#[test]
fn an_hour_without_a_failure_is_forgotten() {
    let bucket = failed(1000, EMAIL);
    assert_eq!(bucket.at(start() + TimeDelta::minutes(59)).failures, 1000);
    assert_eq!(bucket.at(start() + TimeDelta::minutes(60)).failures, 0);
}

#[test]
fn the_first_try_from_a_quiet_network_is_looked_at_however_hot_the_e_mail_is() {
    let quiet = Bucket::default().at(start());
    assert_eq!(wait(&[quiet, quiet, failed(5000, EMAIL)], start()), TimeDelta::zero());
    let tried_once = failed(1, EMAIL_FROM_NETWORK);
    assert_eq!(wait(&[tried_once, quiet, failed(5000, EMAIL)], start()), TimeDelta::seconds(30));
    assert_ne!(wait(&[quiet, failed(5000, NETWORK), quiet], start()), TimeDelta::zero(), "a flooding network waits");
}

#[test]
fn a_known_device_shares_no_bucket_with_strangers() {
    let account_id = AccountId::new();
    let device = Who::Device { token_hash: &[7; 32], account_id }.buckets();
    let ip = Some("203.0.113.9".parse().unwrap());
    let stranger = Who::Stranger { email: "maria@acme.example", ip }.buckets();
    assert!(device.iter().all(|(key, _)| stranger.iter().all(|(other, _)| key != other)));
}

#[test]
fn a_network_is_what_one_subscriber_has() {
    for (ip, expected) in [
        ("203.0.113.9", "203.0.113.0/24"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2aff::1", "2001:db8:1:2a00::/56"),
        ("2001:db8:1:2b00::1", "2001:db8:1:2b00::/56"),
    ] {
        assert_eq!(network(ip.parse().unwrap()), expected);
    }
}

proptest! {
    #[test]
    fn waiting_as_told_is_always_enough(failures in 0..2000, later in 0i64..4000) {
        let now = start() + TimeDelta::seconds(later);
        let states = [failed(failures, EMAIL_FROM_NETWORK), failed(failures, NETWORK), failed(failures, EMAIL)];
        let waited = now + wait(&states, now);
        prop_assert!(states.iter().all(|bucket| bucket.blocked_until.is_none_or(|until| until <= waited)));
    }
}
