//! The address under which people reach this program. A passkey belongs to it, and a sign-in provider sends
//! people back to it.

use std::net::SocketAddr;

use webauthn_rs::prelude::Url;

/// `https://diemsang.tinh.gov.vn`: how, where, by which port; nothing after that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin(Url);

const LOCALHOST: &str = "localhost";

impl Origin {
    /// Reads an address as it is typed at the command line; nothing when it is none, or more than an address.
    pub fn parse(text: &str) -> Option<Origin> {
        let url: Url = text.trim().parse().ok()?;
        let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        let plain = url.username().is_empty() && url.password().is_none() && url.host_str().is_some();
        (["http", "https"].contains(&url.scheme()) && bare && plain).then_some(Origin(url))
    }

    /// The address when none is told: browsers let `localhost` have passkeys without TLS.
    pub fn of_listening(listen: SocketAddr) -> Origin {
        let url = format!("http://{LOCALHOST}:{}", listen.port());
        Origin(url.parse().expect("a host and a port make an address"))
    }

    /// As it is written: without a slash at its end.
    pub fn text(&self) -> String {
        self.0.origin().ascii_serialization()
    }

    /// As it is needed by libraries.
    pub fn url(&self) -> &Url {
        &self.0
    }

    /// The host by which passkeys are kept apart.
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    /// Browsers let passkeys be used by names, not by numbers, and only by TLS or on the machine itself.
    pub fn carries_passkeys(&self) -> bool {
        let named = self.0.domain().is_some();
        named && (self.is_secure() || self.host() == LOCALHOST)
    }

    /// Does it lead through TLS?
    pub fn is_secure(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// Was a request with this `Host` sent to this address?
    pub fn is_at(&self, host: &str) -> bool {
        let told = format!("{}://{host}", self.0.scheme());
        Origin::parse(&told).is_some_and(|told| told == *self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(text: &str) -> Origin {
        Origin::parse(text).unwrap()
    }

    #[test]
    fn an_address_is_how_where_and_by_which_port() {
        for (text, told) in [
            ("https://diemsang.tinh.gov.vn", "https://diemsang.tinh.gov.vn"),
            ("https://DiemSang.tinh.gov.vn:443/", "https://diemsang.tinh.gov.vn"),
            (" http://localhost:8080 ", "http://localhost:8080"),
        ] {
            assert_eq!(origin(text).text(), told);
        }
        for no in ["", "diemsang.tinh.gov.vn", "ftp://a.vn", "https://a.vn/x", "https://a.vn/?q", "https://b@a.vn"] {
            assert_eq!(Origin::parse(no), None, "{no}");
        }
    }

    #[test]
    fn passkeys_want_a_name_and_tls() {
        for (text, may) in [
            ("https://diemsang.tinh.gov.vn", true),
            ("http://localhost:8080", true),
            ("http://diemsang.tinh.gov.vn", false),
            ("http://127.0.0.1:8080", false),
            ("https://10.1.2.3", false),
        ] {
            assert_eq!(origin(text).carries_passkeys(), may, "{text}");
        }
        assert!(Origin::of_listening("127.0.0.1:8080".parse().unwrap()).carries_passkeys());
    }

    #[test]
    fn a_request_is_at_the_address_or_elsewhere() {
        let here = origin("https://diemsang.tinh.gov.vn");
        for (host, at) in [
            ("diemsang.tinh.gov.vn", true),
            ("DIEMSANG.tinh.gov.vn:443", true),
            ("diemsang.tinh.gov.vn:8443", false),
            ("10.1.2.3", false),
            ("", false),
            ("diemsang.tinh.gov.vn/@khac.vn", false),
        ] {
            assert_eq!(here.is_at(host), at, "{host}");
        }
        assert!(origin("http://localhost:8080").is_at("localhost:8080"));
        assert!(!origin("http://localhost:8080").is_at("127.0.0.1:8080"));
    }
}
