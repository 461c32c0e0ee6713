use super::with_installation;
use crate::{cli::Place, demo};

pub async fn run(place: &Place) -> anyhow::Result<()> {
    let logins = with_installation(place, "", async |installation, app| demo::sow(installation, app).await).await?;
    println!("Demo logins, each with the password {}", demo::PASSWORD);
    for demo::Login { email, who } in logins {
        println!("  {email:<34} {who}");
    }
    Ok(())
}
