//! How an answer leaves: HTML, JSON, a file, another address; and the headers every answer carries.

use axum::body::Body;
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::http::{Response, StatusCode};

use crate::error::{Error, Result};

/// An answer before it is put on the wire.
pub struct Reply {
    pub status: u16,
    pub kind: &'static str,
    pub body: Vec<u8>,
    pub headers: Vec<(&'static str, String)>,
}

impl Reply {
    /// A page.
    pub fn html(page: &impl askama::Template) -> Result<Reply> {
        let body = page.render().map_err(|error| Error::Broken(error.into()))?;
        Ok(Reply::new(200, "text/html; charset=utf-8", body.into_bytes()))
    }

    /// JSON text.
    pub fn json(text: impl Into<Vec<u8>>) -> Reply {
        Reply::new(200, "application/json", text.into())
    }

    /// Anything as JSON.
    pub fn json_of(thing: &impl serde::Serialize) -> Result<Reply> {
        Ok(Reply::json(serde_json::to_vec(thing).map_err(anyhow::Error::new)?))
    }

    /// A file to be kept, never shown in the page.
    ///
    /// A header holds plain letters alone: of a name in another script only what is plain is left.
    pub fn file(name: &str, kind: &'static str, body: Vec<u8>) -> Reply {
        let mut reply = Reply::new(200, kind, body);
        let plain: String = name.chars().filter(|c| c.is_ascii_alphanumeric() || "-_.".contains(*c)).collect();
        let name = if plain.trim_start_matches(['-', '.']).contains('.') { plain } else { format!("tep{plain}") };
        reply.headers.push(("content-disposition", format!("attachment; filename=\"{name}\"")));
        reply
    }

    /// Another address, after a form was taken.
    pub fn see(address: &str) -> Reply {
        let mut reply = Reply::new(303, "text/plain; charset=utf-8", Vec::new());
        reply.headers.push(("location", address.to_owned()));
        reply
    }

    /// An answer of any kind.
    pub fn new(status: u16, kind: &'static str, body: Vec<u8>) -> Reply {
        Reply { status, kind, body, headers: Vec::new() }
    }

    /// The same answer under another status.
    pub fn status(mut self, status: u16) -> Reply {
        self.status = status;
        self
    }

    /// The same answer with one more header.
    pub fn with(mut self, name: &'static str, value: String) -> Reply {
        self.headers.push((name, value));
        self
    }
}

/// A table as the file that was asked for.
pub fn table_reply(table: &sheets::Table, format: &str, name: &str) -> Result<Reply> {
    if format == "csv" {
        return Ok(Reply::file(&format!("{name}.csv"), "text/csv; charset=utf-8", sheets::write_csv(table)));
    }
    let bytes = sheets::write_xlsx(table).map_err(anyhow::Error::new)?;
    let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    Ok(Reply::file(&format!("{name}.xlsx"), kind, bytes))
}

const ALWAYS: [(&str, &str); 7] = [
    ("cache-control", "no-store"),
    (
        "content-security-policy",
        "default-src 'none'; object-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
         connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=(), microphone=(), geolocation=()"),
];

impl From<Reply> for Response<Body> {
    fn from(reply: Reply) -> Response<Body> {
        let mut response = Response::new(Body::from(reply.body));
        *response.status_mut() = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(reply.kind));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        for (name, value) in ALWAYS {
            headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        for (name, value) in reply.headers {
            let Ok(value) = HeaderValue::from_str(&value) else { continue };
            let name = HeaderName::from_static(name);
            // Several cookies may leave with one answer; of every other header there is one.
            if name == header::SET_COOKIE {
                headers.append(name, value);
            } else {
                headers.insert(name, value);
            }
        }
        response
    }
}
