//! Where the province's own sign-in provider is, as it is told to `serve`.

use std::path::PathBuf;

use clap::Args;

use crate::accounts::http;
use crate::accounts::origin::Origin;
use crate::accounts::provider::{Provider, Setting};
use crate::error::{Error, Result};

#[derive(Args)]
pub struct Oidc {
    /// The sign-in provider of the province (OpenID Connect): its issuer, such as `https://sso.tinh.gov.vn`.
    #[arg(long, requires = "oidc_client")]
    oidc_issuer: Option<String>,
    /// How this program is registered there.
    #[arg(long, requires = "oidc_issuer")]
    oidc_client: Option<String>,
    /// A file that holds the secret of that registration; without it, the program is a public client.
    #[arg(long, requires = "oidc_issuer")]
    oidc_secret_file: Option<PathBuf>,
    /// How people call the provider, on the button.
    #[arg(long, default_value = "SSO")]
    oidc_name: String,
    /// The kind of proof (acr) to ask for; told by the provider, it counts as both steps.
    #[arg(long, requires = "oidc_issuer")]
    oidc_acr: Option<String>,
    /// Kinds of proof (amr), such as `mfa,otp`, that count as both steps when the provider tells of them.
    #[arg(long, requires = "oidc_issuer", value_delimiter = ',')]
    oidc_amr: Vec<String>,
}

impl Oidc {
    /// The provider, where one is told; it is asked nothing yet.
    pub fn provider(&self, origin: &Origin) -> Result<Option<Provider>> {
        let (Some(issuer), Some(client)) = (&self.oidc_issuer, &self.oidc_client) else { return Ok(None) };
        let by_tls = by_tls(issuer)?;
        let secret = match &self.oidc_secret_file {
            Some(file) => Some(std::fs::read_to_string(file).map_err(anyhow::Error::new)?.trim().to_owned()),
            None => None,
        };
        let setting = Setting {
            issuer: issuer.clone(),
            client: client.clone(),
            secret,
            name: self.oidc_name.clone(),
            acr: self.oidc_acr.clone(),
            amr: self.oidc_amr.clone(),
        };
        Provider::new(setting, origin, http::over_the_network(by_tls)?).map(Some)
    }
}

/// Without TLS a provider is taken only on this very machine, where it is tried.
fn by_tls(issuer: &str) -> Result<bool> {
    let host = |scheme: &str| issuer.strip_prefix(scheme).map(|rest| rest.split(['/', ':']).next().unwrap_or(""));
    match (host("https://"), host("http://")) {
        (Some(host), _) if !host.is_empty() => Ok(true),
        (_, Some("localhost" | "127.0.0.1")) => Ok(false),
        _ => Err(Error::Refused("cli-oidc-issuer-unfit")),
    }
}

#[cfg(test)]
mod tests {
    use super::by_tls;

    #[test]
    fn a_provider_elsewhere_is_asked_by_tls_alone() {
        assert_eq!(by_tls("https://sso.tinh.gov.vn/realms/can-bo").ok(), Some(true));
        assert_eq!(by_tls("http://127.0.0.1:9000").ok(), Some(false));
        for refused in
            ["http://sso.tinh.gov.vn", "http://localhost.khac.vn", "http://127.0.0.1@khac.vn", "sso", "https://"]
        {
            assert!(by_tls(refused).is_err(), "{refused}");
        }
    }
}
