//! Styles, scripts, faces and icons, embedded in the program.

use axum::body::Body;
use axum::extract::Path;
use axum::http::Response;
use rust_embed::RustEmbed;

use crate::web::reply::Reply;

#[derive(RustEmbed)]
#[folder = "assets/dist"]
struct Assets;

/// One file. Addresses carry the version of the assets, so a browser may keep it.
pub async fn file(Path(name): Path<String>) -> Response<Body> {
    let Some(found) = Assets::get(&name) else {
        return Reply::new(404, "text/plain; charset=utf-8", Vec::new()).into();
    };
    let mut response: Response<Body> = Reply::new(200, kind(&name), found.data.into_owned()).into();
    let forever = axum::http::HeaderValue::from_static("public, max-age=31536000, immutable");
    response.headers_mut().insert("cache-control", forever);
    response
}

fn kind(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("woff2") => "font/woff2",
        _ => "application/octet-stream",
    }
}

/// The version in the assets' addresses.
pub fn version() -> String {
    Assets::get("version.txt").map_or_else(String::new, |file| String::from_utf8_lossy(&file.data).trim().to_owned())
}
