//! The signed head of a chain: what an auditor keeps outside the installation. A chain that still contains it has lost
//! and changed nothing of what came before.

use anyhow::{Context, ensure};
use atum_core::{
    App,
    caller::{Reason, System},
    ids::OrganizationId,
};
use chrono::{DateTime, Utc};
use ring::{
    rand::SystemRandom,
    signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey},
};
use serde::{Deserialize, Serialize};

use crate::{batch, canonical};

/// Where a chain was at a moment. The signature is Ed25519 (RFC 8032) over the JSON array `["atum head 1", organization,
/// number, hash, sealed at, signed at]`, written as in [`crate::canonical`]; key and signature are in hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    pub organization_id: OrganizationId,
    /// The batch's number in the chain.
    pub number: i64,
    pub hash: String,
    pub sealed_at: DateTime<Utc>,
    pub signed_at: DateTime<Utc>,
    pub public_key: String,
    pub signature: String,
}

impl Head {
    fn message(&self) -> Vec<u8> {
        let times = (canonical::time(self.sealed_at), canonical::time(self.signed_at));
        let parts = ("atum head 1", self.organization_id, self.number, &self.hash, times.0, times.1);
        serde_json::to_vec(&parts).expect("plain values are JSON")
    }

    /// Refuses a head that this key did not sign.
    pub fn check(&self, public_key: &str) -> anyhow::Result<()> {
        let key = hex::decode(public_key).context("the public key is not hexadecimal")?;
        let signature = hex::decode(&self.signature).context("the signature is not hexadecimal")?;
        let signed = UnparsedPublicKey::new(&ED25519, key).verify(&self.message(), &signature);
        ensure!(signed.is_ok(), "the head of batch {} was not signed by {public_key}", self.number);
        Ok(())
    }
}

/// Signs heads. Made once an installation; its seed is kept among the secrets.
pub struct Signer(Ed25519KeyPair);

impl Signer {
    /// A new PKCS #8 document (RFC 8410), in hexadecimal.
    pub fn generate() -> String {
        let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new());
        hex::encode(document.expect("the operating system gives random bytes"))
    }

    pub fn from_secret(secret: &str) -> anyhow::Result<Self> {
        let document = hex::decode(secret).ok();
        let pair = document.and_then(|document| Ed25519KeyPair::from_pkcs8(&document).ok());
        pair.map(Self).context("the audit key among the secrets is no Ed25519 key")
    }

    pub fn public_key(&self) -> String {
        hex::encode(self.0.public_key())
    }

    /// The head of the organization's chain as it is now. `None`: nothing was sealed yet.
    pub async fn sign(&self, app: &App, organization_id: OrganizationId) -> anyhow::Result<Option<Head>> {
        let mut tx = app.db.read(&System { organization_id, reason: Reason::Operator }).await?;
        let Some(batch) = batch::last(&mut tx).await? else { return Ok(None) };
        let mut head = Head {
            organization_id,
            number: batch.number,
            hash: hex::encode(batch.hash),
            sealed_at: batch.sealed_at,
            signed_at: tx.now,
            public_key: self.public_key(),
            signature: String::new(),
        };
        head.signature = hex::encode(self.0.sign(&head.message()));
        Ok(Some(head))
    }
}
