//! Asking the sign-in provider: the one place from which this program itself asks another machine. By TLS alone,
//! with the machine's own list of certificates; no redirect is followed, and no long or slow answer is waited for.

use std::sync::Arc;
use std::time::Duration;

use openidconnect::{HttpRequest, HttpResponse};
use ureq::tls::{Certificate, RootCerts, TlsConfig, TlsProvider};

use crate::error::Result;

/// Sends a request and gives its answer; the stories have their own.
pub type Http = Box<dyn Fn(HttpRequest) -> std::result::Result<HttpResponse, Unreachable> + Send + Sync>;

const LONGEST: Duration = Duration::from_secs(10);
const MOST_BYTES: u64 = 256 * 1024;

/// The other machine did not answer, or not as it should.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Unreachable(pub String);

impl From<ureq::Error> for Unreachable {
    fn from(error: ureq::Error) -> Unreachable {
        Unreachable(error.to_string())
    }
}

/// Asks over the network; without TLS only where `by_tls` says so, which is for a provider on this very machine.
pub fn over_the_network(by_tls: bool) -> Result<Http> {
    let found = rustls_native_certs::load_native_certs();
    let roots = found.certs.iter().map(|one| Certificate::from_der(one).to_owned()).collect::<Vec<_>>();
    if by_tls && roots.is_empty() {
        return Err(anyhow::anyhow!("this machine has no list of certificates: {:?}", found.errors).into());
    }
    let tls = TlsConfig::builder()
        .provider(TlsProvider::Rustls)
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .root_certs(RootCerts::Specific(Arc::new(roots)))
        .build();
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .tls_config(tls)
        .https_only(by_tls)
        .max_redirects(0)
        .http_status_as_error(false)
        .timeout_global(Some(LONGEST))
        .user_agent(concat!("diemsang/", env!("CARGO_PKG_VERSION")))
        .build()
        .into();
    Ok(Box::new(move |asked| {
        let (parts, body) = agent.run(asked)?.into_parts();
        let bytes = body.into_with_config().limit(MOST_BYTES).read_to_vec()?;
        Ok(HttpResponse::from_parts(parts, bytes))
    }))
}
