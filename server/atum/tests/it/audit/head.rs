use atum_audit::{Finding, Head, Signer};

use super::{chain, happen, seal, tamper, verify};
use crate::support::{Organization, Test};

fn signer() -> Signer {
    Signer::from_secret(&Signer::generate()).unwrap()
}

async fn head(test: &Test, organization: &Organization<'_>) -> Head {
    signer().sign(&test.app, organization.id).await.unwrap().expect("something is sealed")
}

#[tokio::test]
async fn a_head_stays_in_the_chain() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    chain(&test, &acme, 2).await;
    let head = head(&test, &acme).await;
    assert_eq!(head.number, 2);
    chain(&test, &acme, 1).await;
    assert_eq!(verify(&test, &acme, &[head]).await.findings, []);
}

#[tokio::test]
async fn the_newest_batches_cannot_be_cut_off_unseen() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let events = chain(&test, &acme, 3).await;
    let head = head(&test, &acme).await;
    let cut = format!(
        "delete from desk.event_batch where number = 3; delete from desk.event where id in ('{}', '{}')",
        events[4], events[5]
    );
    tamper(&test, &cut).await;
    assert_eq!(verify(&test, &acme, &[]).await.findings, [], "without the head nothing tells");
    assert_eq!(verify(&test, &acme, std::slice::from_ref(&head)).await.findings, [Finding::HeadMissing { batch: 3 }]);
    happen(&test, &acme, 1).await;
    seal(&test, &acme).await;
    assert_eq!(verify(&test, &acme, &[head]).await.findings, [Finding::HeadDiffers { batch: 3 }]);
}

#[tokio::test]
async fn a_head_counts_only_with_its_signature() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    chain(&test, &acme, 1).await;
    let (signer, other) = (signer(), signer());
    let head = signer.sign(&test.app, acme.id).await.unwrap().unwrap();
    head.check(&signer.public_key()).unwrap();
    head.check(&other.public_key()).unwrap_err();
    for forged in [
        Head { number: 2, ..head.clone() },
        Head { hash: "00".repeat(32), ..head.clone() },
        Head { sealed_at: head.sealed_at + chrono::Duration::seconds(1), ..head.clone() },
        Head { organization_id: atum_core::ids::OrganizationId::new(), ..head.clone() },
    ] {
        forged.check(&signer.public_key()).unwrap_err();
    }
}
