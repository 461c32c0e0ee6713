//! The addresses that an organization lets people in from: asked at every request, whatever it carries, and at every
//! sign-in. The rule itself is `identity.lets_in` in the database, beside the session that it decides about.

use std::net::IpAddr;

use atum_audit as audit;
use atum_core::{
    App, Problem, Result,
    caller::{Reason, System},
    checks::Checks,
    ids::{AccountId, OrganizationId},
    network::Network,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sqlx::PgConnection;
use utoipa::ToSchema;

use crate::{account::OrganizationMembership, organization};

/// More is a firewall's work.
const MOST: usize = 200;

/// Whom the list counts for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum AppliesTo {
    Staff,
    /// Customers too.
    Everybody,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AllowedNetwork {
    /// An address or a network: `203.0.113.9`, `203.0.113.0/24`, `2001:db8::/48`.
    #[schema(example = "203.0.113.0/24")]
    pub network: String,
    /// Whose it is.
    pub note: String,
}

/// Empty: everybody may come from everywhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowList {
    pub applies_to: AppliesTo,
    pub networks: Vec<AllowedNetwork>,
    pub version: i64,
}

impl AllowList {
    /// The networks as they are kept, or what is wrong with each.
    pub(crate) fn checked(networks: &[AllowedNetwork]) -> Result<Vec<AllowedNetwork>> {
        let mut checks = Checks::new();
        let count = networks.len();
        checks.require(count <= MOST, "networks", "too_long", format!("has {count} entries, at most {MOST}"));
        let mut read: Vec<AllowedNetwork> = vec![];
        for (nth, AllowedNetwork { network, note }) in networks.iter().enumerate() {
            let place = format!("networks/{nth}/network");
            match network.trim().parse::<Network>() {
                Ok(network) => {
                    let network = network.to_string();
                    let twice = read.iter().any(|other| other.network == network);
                    checks.require(!twice, &place, "taken", "is on the list already");
                    read.push(AllowedNetwork { network, note: note.trim().to_owned() });
                }
                Err(error) => drop(checks.require(false, &place, "invalid", error.to_string())),
            }
            checks.text(&format!("networks/{nth}/note"), &format!("{note}."), 1..=121);
        }
        checks.finish()?;
        Ok(read)
    }

    /// Who keeps the list does not lock themselves out unawares.
    pub(crate) fn must_let_in(&self, ip: Option<IpAddr>) -> Result<()> {
        let networks = self.networks.iter().filter_map(|allowed| allowed.network.parse::<Network>().ok());
        let inside = ip.is_some_and(|ip| networks.into_iter().any(|network| network.contains(ip)));
        if inside || self.networks.is_empty() {
            return Ok(());
        }
        let ip = ip.map_or("unknown".to_owned(), |ip| ip.to_string());
        Err(Problem::field("networks", "own_address_missing", format!("your own address, {ip}, is not among them")))
    }

    /// What the audit trail is told of the change.
    pub(crate) fn changed(old: &Self, new: &Self) -> audit::Event {
        audit::Event::internal("allow_list_changed").change("applies_to", old.applies_to, new.applies_to).change(
            "addresses",
            old.lines(),
            new.lines(),
        )
    }

    fn lines(&self) -> Vec<String> {
        let line = |allowed: &AllowedNetwork| format!("{} {}", allowed.network, allowed.note).trim_end().to_owned();
        self.networks.iter().map(line).collect()
    }
}

/// The list, locked until the transaction ends.
pub(crate) async fn lock(conn: &mut PgConnection, id: OrganizationId) -> Result<AllowList> {
    sqlx::query!("select id from identity.organization where id = $1 for update", id.0).fetch_one(&mut *conn).await?;
    get(conn, id).await
}

pub(crate) async fn get(conn: &mut PgConnection, id: OrganizationId) -> Result<AllowList> {
    let row = sqlx::query!(
        r#"select addresses_restricted_for as "applies_to: AppliesTo", allow_list_version
             from identity.organization where id = $1"#,
        id.0,
    )
    .fetch_one(&mut *conn)
    .await?;
    let networks = sqlx::query_as!(
        AllowedNetwork,
        r#"select network::text as "network!", note from identity.allowed_network
            where organization_id = $1 order by network"#,
        id.0,
    )
    .fetch_all(conn)
    .await?;
    let applies_to = row.applies_to.unwrap_or(AppliesTo::Staff);
    Ok(AllowList { applies_to, networks, version: row.allow_list_version })
}

/// Writes the list and gives its new version.
pub(crate) async fn save(conn: &mut PgConnection, id: OrganizationId, list: &AllowList) -> Result<i64> {
    sqlx::query!("delete from identity.allowed_network where organization_id = $1", id.0).execute(&mut *conn).await?;
    for AllowedNetwork { network, note } in &list.networks {
        sqlx::query!(
            "insert into identity.allowed_network (organization_id, network, note) values ($1, $2::text::cidr, $3)",
            id.0,
            network,
            note,
        )
        .execute(&mut *conn)
        .await?;
    }
    let counts_for = (!list.networks.is_empty()).then_some(list.applies_to);
    let version = sqlx::query_scalar!(
        "update identity.organization
            set addresses_restricted_for = $2, allow_list_version = allow_list_version + 1
          where id = $1 returning allow_list_version",
        id.0,
        counts_for as _,
    );
    Ok(version.fetch_one(conn).await?)
}

/// Whether the account may come into the organization from this address.
async fn lets_in(
    conn: &mut PgConnection,
    account_id: AccountId,
    organization_id: OrganizationId,
    ip: Option<IpAddr>,
) -> Result<bool> {
    let lets_in = sqlx::query_scalar!(
        r#"select coalesce(o.addresses_restricted_for is null
                           or identity.lets_in(o.id, o.addresses_restricted_for, m.role, $3), false) as "lets_in!"
             from identity.membership m join identity.organization o on o.id = m.organization_id
            where m.account_id = $1 and m.organization_id = $2"#,
        account_id.0,
        organization_id.0,
        ip.map(|ip| ip.to_string()),
    );
    // Who is no member is refused elsewhere, and not told of a list.
    Ok(lets_in.fetch_optional(conn).await?.unwrap_or(true))
}

pub(crate) async fn refuse_elsewhere(
    conn: &mut PgConnection,
    account_id: AccountId,
    organization_id: OrganizationId,
    ip: Option<IpAddr>,
) -> Result<()> {
    if lets_in(conn, account_id, organization_id, ip).await? { Ok(()) } else { Err(Problem::address_not_allowed(ip)) }
}

/// The first of the account's organizations that lets it in from there.
pub(crate) async fn first_open(
    conn: &mut PgConnection,
    account_id: AccountId,
    memberships: &[OrganizationMembership],
    ip: Option<IpAddr>,
) -> Result<OrganizationId> {
    for membership in memberships {
        if lets_in(conn, account_id, membership.id, ip).await? {
            return Ok(membership.id);
        }
    }
    Err(Problem::address_not_allowed(ip))
}

/// For the operator, who was asked for help by whoever is locked out.
pub async fn allow_list(app: &App, slug: &str) -> Result<AllowList> {
    let mut tx = app.db.identity().await?;
    let organization = organization::by_slug(&mut tx, slug).await?;
    get(&mut tx, organization.id).await
}

/// Lets everybody in from everywhere again.
pub async fn clear_allow_list(app: &App, slug: &str) -> Result<()> {
    let organization_id = organization::by_slug(&mut *app.db.identity().await?, slug).await?.id;
    let mut desk = app.db.write(&System { organization_id, reason: Reason::Operator }).await?;
    let mut tx = app.db.identity().await?;
    let old = lock(&mut tx, organization_id).await?;
    let new = AllowList { networks: vec![], applies_to: AppliesTo::Staff, version: old.version };
    save(&mut tx, organization_id, &new).await?;
    audit::record(&mut desk, AllowList::changed(&old, &new).detail(json!({ "by": "operator" }))).await?;
    desk.commit().await?;
    tx.commit().await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(networks: &[&str]) -> Vec<AllowedNetwork> {
        networks.iter().map(|text| AllowedNetwork { network: (*text).into(), note: " Office ".into() }).collect()
    }

    #[test]
    fn what_is_wrong_is_told_of_each_entry() {
        let wrong = AllowList::checked(&list(&["203.0.113.0/24", "here", "203.0.113.9/24", "203.0.113.0/24"]));
        let errors = wrong.unwrap_err().errors;
        let told: Vec<(&str, &str)> =
            errors.iter().map(|error| (error.pointer.as_str(), error.code.as_str())).collect();
        let expected = [("1", "invalid"), ("2", "invalid"), ("3", "taken")];
        assert_eq!(told.len(), 3);
        for ((pointer, code), (nth, expected)) in told.into_iter().zip(expected) {
            assert_eq!((pointer, code), (format!("#/networks/{nth}/network").as_str(), expected));
        }
        assert!(AllowList::checked(&list(&["::1"; 201])).is_err());
    }

    #[test]
    fn an_entry_is_kept_in_one_form() {
        let kept = AllowList::checked(&list(&[" 203.0.113.9 ", "::ffff:198.51.100.0/120"])).unwrap();
        assert_eq!(kept[0], AllowedNetwork { network: "203.0.113.9/32".into(), note: "Office".into() });
        assert_eq!(kept[1].network, "198.51.100.0/24");
    }

    #[test]
    fn nobody_leaves_themselves_out() {
        let list = |networks| AllowList { applies_to: AppliesTo::Staff, networks, version: 1 };
        let office = list(AllowList::checked(&super::tests::list(&["203.0.113.0/24"])).unwrap());
        assert!(office.must_let_in("203.0.113.9".parse().ok()).is_ok());
        assert!(office.must_let_in("::ffff:203.0.113.9".parse().ok()).is_ok());
        assert!(office.must_let_in(None).is_err());
        let refused = office.must_let_in("198.51.100.1".parse().ok()).unwrap_err();
        assert_eq!(refused.errors[0].detail, "your own address, 198.51.100.1, is not among them");
        assert!(list(vec![]).must_let_in("198.51.100.1".parse().ok()).is_ok());
    }
}
