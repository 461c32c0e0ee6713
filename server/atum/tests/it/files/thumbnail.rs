use atum_core::caller::Role;
use image::{DynamicImage, ImageFormat};

use super::{path, png, stored, uploaded};
use crate::support::Test;

#[tokio::test]
async fn a_picture_has_a_small_picture_that_is_made_once() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let agent = acme.sign_in(Role::Agent).await;
    let file = uploaded(&agent, "wide.png", png(960, 300)).await;
    let thumbnail = format!("{}/thumbnail", path(&file));
    let answer = agent.get(&thumbnail).await;
    for (name, value) in [
        ("content-type", "image/webp"),
        ("content-disposition", "inline"),
        ("content-security-policy", "sandbox; default-src 'none'"),
        ("x-content-type-options", "nosniff"),
        ("cache-control", "private, no-cache"),
    ] {
        assert_eq!(answer.header(name), Some(value), "{name}");
    }
    let small = image::load_from_memory_with_format(&answer.body, ImageFormat::WebP).unwrap();
    assert_eq!((small.width(), small.height()), (480, 150));
    let kept = format!("{}/thumbnail/{}", acme.id, file["sha256"].as_str().unwrap());
    assert!(stored(&test).contains(&kept), "{:?}", stored(&test));
    // What is kept is what is shown: another picture put in its place is the answer.
    let mut other = std::io::Cursor::new(vec![]);
    DynamicImage::new_rgba8(3, 3).write_to(&mut other, ImageFormat::WebP).unwrap();
    std::fs::write(test.app.config.data_dir.join("files").join(kept), other.get_ref()).unwrap();
    assert_eq!(agent.get(&thumbnail).await.body, other.into_inner());
    let known = agent.header("if-none-match", answer.header("etag").unwrap()).get(&thumbnail).await;
    assert_eq!((known.status.as_u16(), known.body.len()), (304, 0));
}

#[tokio::test]
async fn what_is_no_picture_is_broken_or_not_ones_own_has_none() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let (agent, other) = (acme.sign_in(Role::Agent).await, acme.sign_in(Role::Agent).await);
    let mut broken = png(300, 300);
    broken.truncate(80);
    let picture = uploaded(&agent, "picture", png(5, 5)).await;
    for (client, file) in [
        (&agent, uploaded(&agent, "page.png", "<svg xmlns='http://www.w3.org/2000/svg'/>").await),
        (&agent, uploaded(&agent, "text.png", "no picture").await),
        (&agent, uploaded(&agent, "broken.png", broken).await),
        (&other, picture.clone()),
    ] {
        client.get(&format!("{}/thumbnail", path(&file))).await.problem("not-found");
    }
    assert_eq!(agent.get(&format!("{}/thumbnail", path(&picture))).await.status, 200);
}
