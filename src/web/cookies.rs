//! The program's own cookies: for the program alone, out of reach of scripts, and behind TLS bound to their host.

/// Browsers take a cookie of such a name from its own host and by TLS alone.
const OF_HOST: &str = "__Host-";

/// How long a browser keeps one.
#[derive(Clone, Copy)]
pub enum Lasts {
    /// Until it is closed.
    WithTheBrowser,
    Seconds(i64),
}

/// A cookie; an empty value takes it away.
pub fn own_cookie(is_secure: bool, name: &str, value: &str, lasts: Lasts) -> String {
    let (of_host, secure) = if is_secure { (OF_HOST, "; Secure") } else { ("", "") };
    let age = match lasts {
        _ if value.is_empty() => "; Max-Age=0".to_owned(),
        Lasts::WithTheBrowser => String::new(),
        Lasts::Seconds(seconds) => format!("; Max-Age={seconds}"),
    };
    format!("{of_host}{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{age}")
}

/// The cookies of a request, by name.
pub fn sent(header: &str) -> Vec<(String, String)> {
    let pairs = header.split(';').filter_map(|part| part.trim().split_once('='));
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// The value of an own cookie. One that is bound to this host comes first: another host of the same domain, or a
/// page without TLS, could have planted the other.
pub fn value<'a>(sent: &'a [(String, String)], name: &str) -> &'a str {
    let named = |wanted: &str| sent.iter().find(|(known, _)| known == wanted).map(|(_, value)| value.as_str());
    named(&format!("{OF_HOST}{name}")).or_else(|| named(name)).unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn behind_tls_a_cookie_belongs_to_its_host_alone() {
        let made = own_cookie(true, "diemsang", "t", Lasts::WithTheBrowser);
        assert_eq!(made, "__Host-diemsang=t; Path=/; HttpOnly; SameSite=Lax; Secure");
        assert!(own_cookie(false, "diemsang", "", Lasts::Seconds(9)).ends_with("; Max-Age=0"));
        assert_eq!(value(&sent("diemsang=planted; __Host-diemsang=own"), "diemsang"), "own");
        assert_eq!(value(&sent("diemsang=a; lang=vi"), "lang"), "vi");
        assert_eq!(value(&sent(""), "diemsang"), "");
    }
}
