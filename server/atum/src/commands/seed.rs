use super::with_app;
use crate::{cli::Place, demo};

pub async fn run(place: &Place) -> anyhow::Result<()> {
    let logins = with_app(place, "", async |app| demo::sow(app).await).await?;
    println!("Demo logins, each with the password {}", demo::PASSWORD);
    for demo::Login { email, who } in logins {
        println!("  {email:<34} {who}");
    }
    Ok(())
}
