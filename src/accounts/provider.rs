//! Signing in by a provider of the province's own (OpenID Connect): the authorisation code flow with PKCE, a
//! state, a nonce, and an ID token whose signature, issuer, audience and time are checked. What the provider says
//! is a subject and how it was proven; who that is here, a link says (`links.rs`). No account is made, and nothing
//! else is asked of the provider: no name, no e-mail.

use std::sync::{Mutex, PoisonError};

use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreAuthenticationFlow, CoreClientAuthMethod, CoreErrorResponseType,
    CoreGenderClaim, CoreJsonWebKey, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreRevocableToken,
    CoreRevocationErrorResponse, CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AdditionalClaims, AuthType, AuthenticationContextClass, AuthorizationCode, ClientId, ClientSecret, CsrfToken,
    EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet, EndpointSet, IdToken, IdTokenClaims, IdTokenFields,
    IssuerUrl, LogoutRequest, Nonce, PkceCodeChallenge, PkceCodeVerifier, PostLogoutRedirectUrl,
    ProviderMetadataWithLogout, RedirectUrl, StandardErrorResponse, StandardTokenResponse, TokenResponse,
};

use crate::accounts::actions::Door;
use crate::accounts::challenges::{self, Challenge, Purpose};
use crate::accounts::http::Http;
use crate::accounts::origin::Origin;
use crate::error::{Error, Result};
use crate::work::Moment;

/// Where the provider sends people back to.
pub const BACK: &str = "/sign-in/provider/back";
/// What the provider tells of itself is believed so long before it is asked again.
const KNOWN_SECONDS: i64 = 600;
/// One that does not answer is not asked again so long.
const SILENT_SECONDS: i64 = 30;
/// A provider that has just changed its keys is asked anew, but not more often than this.
const FEWEST_SECONDS: i64 = 30;
/// Signatures by a key that the provider alone holds. Never `none`, and nothing made with a shared secret.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// What whoever runs the program tells of the provider.
#[derive(Clone)]
pub struct Setting {
    pub issuer: String,
    pub client: String,
    pub secret: Option<String>,
    /// How people call it, on the button.
    pub name: String,
    /// The kind of proof that is asked for, and counts as both steps.
    pub acr: Option<String>,
    /// Kinds of proof that count as both steps when the provider tells of them.
    pub amr: Vec<String>,
}

/// The provider, as this program knows it.
pub struct Provider {
    setting: Setting,
    issuer: IssuerUrl,
    back: RedirectUrl,
    afterwards: PostLogoutRedirectUrl,
    http: Http,
    known: Mutex<Option<Known>>,
    /// When it last did not answer; it is left alone for a while, because everyone who asks waits for it.
    silent_at: Mutex<String>,
}

#[derive(Clone)]
struct Known {
    metadata: ProviderMetadataWithLogout,
    asked_at: String,
}

/// What is kept while someone is at the provider.
#[derive(serde::Serialize, serde::Deserialize)]
struct Waiting {
    nonce: String,
    verifier: String,
    after: String,
}

/// Where to send the browser, and the token it keeps meanwhile.
pub struct Sent {
    pub token: String,
    pub address: String,
}

/// What the browser brings back: in the address, and in its cookie.
pub struct Back<'a> {
    pub state: &'a str,
    pub code: &'a str,
    /// Told by newer providers; empty otherwise.
    pub issuer: &'a str,
    pub token: &'a str,
}

/// Who the provider says has come, and what it was asked for.
#[derive(Debug)]
pub struct Told {
    pub subject: String,
    pub both_steps: bool,
    /// The account that is to be linked; empty when someone signs in.
    pub account_id: String,
    pub after: String,
}

impl Provider {
    /// A provider whose address is well formed; it is not asked anything yet.
    pub fn new(setting: Setting, origin: &Origin, http: Http) -> Result<Provider> {
        let issuer = IssuerUrl::new(setting.issuer.clone()).map_err(anyhow::Error::new)?;
        let back = RedirectUrl::new(format!("{}{BACK}", origin.text())).map_err(anyhow::Error::new)?;
        let afterwards = format!("{}/sign-in", origin.text());
        let afterwards = PostLogoutRedirectUrl::new(afterwards).map_err(anyhow::Error::new)?;
        Ok(Provider { setting, issuer, back, afterwards, http, known: Mutex::default(), silent_at: Mutex::default() })
    }

    /// How people call it.
    pub fn name(&self) -> &str {
        &self.setting.name
    }

    /// What keeps its subjects apart from another's.
    pub fn issuer(&self) -> &str {
        self.issuer.as_str()
    }

    /// Begins: someone is sent to the provider, to sign in or to link the account that is named. Whoever links
    /// proves anew who they are there: someone else may still be signed in on this machine.
    pub fn send(&self, door: &Door, account_id: &str, after: &str) -> Result<Sent> {
        let client = self.client(&self.known(door.moment)?);
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let nonce = Nonce::new_random();
        let (nonce_text, verifier) = (nonce.secret().clone(), verifier.into_secret());
        let waiting = Waiting { nonce: nonce_text, verifier, after: after.to_owned() };
        let body = serde_json::to_string(&waiting).map_err(anyhow::Error::new)?;
        let new = Challenge { purpose: Purpose::Provider, account_id, address: door.from.address, body: &body };
        let token = challenges::keep(door.db, door.moment, &new)?;
        let state = CsrfToken::new(token.clone());
        let mut request = client
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, || state, || nonce)
            .set_pkce_challenge(challenge);
        if let Some(acr) = &self.setting.acr {
            request = request.add_auth_context_value(AuthenticationContextClass::new(acr.clone()));
        }
        if !account_id.is_empty() {
            request = request.add_prompt(CoreAuthPrompt::Login);
        }
        let (address, _, _) = request.url();
        Ok(Sent { token, address: address.into() })
    }

    /// Ends: takes what the browser brought back, and asks the provider who that is.
    pub fn take(&self, door: &Door, back: &Back) -> Result<Told> {
        // The one who comes back is the one who was sent: both carry the same token.
        if back.token.is_empty() || back.state != back.token {
            return Err(Error::Refused("challenge-over"));
        }
        if !back.issuer.is_empty() && back.issuer != self.issuer.as_str() {
            return Err(refused("another provider has answered"));
        }
        let taken = challenges::take(door.db, door.moment, Purpose::Provider, back.token)?;
        let waiting: Waiting = serde_json::from_str(&taken.body).map_err(anyhow::Error::new)?;
        let known = self.known(door.moment)?;
        let token = self.exchange(&known, back.code, waiting.verifier)?;
        let claims = self.claims(door.moment, &known, &token, &Nonce::new(waiting.nonce))?;
        Ok(Told {
            subject: claims.subject().to_string(),
            both_steps: self.counts_as_both(&claims),
            account_id: taken.account_id,
            after: waiting.after,
        })
    }

    fn exchange(&self, known: &Known, code: &str, verifier: String) -> Result<Token> {
        let client = self.client(known);
        let request = client.exchange_code(AuthorizationCode::new(code.to_owned())).map_err(refused)?;
        let verifier = PkceCodeVerifier::new(verifier);
        let answer = request.set_pkce_verifier(verifier).request(&|asked| (self.http)(asked)).map_err(refused)?;
        answer.id_token().cloned().ok_or_else(|| refused("no ID token came"))
    }

    /// Checks the ID token; with keys asked anew, when those at hand do not fit.
    fn claims(&self, moment: &Moment, known: &Known, token: &Token, nonce: &Nonce) -> Result<Claims> {
        let checked = self.checked(moment, known, token, nonce);
        if checked.is_ok() || moment.after(-FEWEST_SECONDS)? < known.asked_at {
            return checked;
        }
        self.checked(moment, &self.ask(moment)?, token, nonce)
    }

    fn checked(&self, moment: &Moment, known: &Known, token: &Token, nonce: &Nonce) -> Result<Claims> {
        let client = self.client(known);
        let now = moment.now.parse().map_err(anyhow::Error::new)?;
        let verifier = client.id_token_verifier().set_allowed_algs(ALGORITHMS).set_time_fn(move || now);
        let claims = token.claims(&verifier, nonce).map_err(refused)?;
        let seconds = moment.now.parse::<jiff::Timestamp>().map_err(anyhow::Error::new)?.as_second();
        if claims.additional_claims().nbf.is_some_and(|from| from > seconds) {
            return Err(refused("the ID token does not hold yet"));
        }
        Ok(claims.clone())
    }

    fn counts_as_both(&self, claims: &Claims) -> bool {
        let acr = claims.auth_context_ref().map(|acr| acr.as_str());
        let amr = claims.auth_method_refs().map(Vec::as_slice).unwrap_or_default();
        let by_acr = self.setting.acr.as_deref().is_some_and(|wanted| acr == Some(wanted));
        by_acr || amr.iter().any(|told| self.setting.amr.iter().any(|wanted| wanted == told.as_str()))
    }

    /// Where someone signs out at the provider too; nothing when it offers that nowhere, or does not answer.
    pub fn leaving(&self, moment: &Moment) -> Option<String> {
        let known = self.known(moment).ok()?;
        let end = known.metadata.additional_metadata().end_session_endpoint.clone()?;
        let request = LogoutRequest::from(end)
            .set_client_id(ClientId::new(self.setting.client.clone()))
            .set_post_logout_redirect_uri(self.afterwards.clone());
        Some(request.http_get_url().into())
    }

    /// What the provider tells of itself, asked again now and then.
    fn known(&self, moment: &Moment) -> Result<Known> {
        let kept = self.known.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match kept {
            Some(known) if known.asked_at > moment.after(-KNOWN_SECONDS)? => Ok(known),
            Some(_) | None => self.ask(moment),
        }
    }

    fn ask(&self, moment: &Moment) -> Result<Known> {
        let silent_at = self.silent_at.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if silent_at > moment.after(-SILENT_SECONDS)? {
            return Err(Error::Refused("provider-unreachable"));
        }
        let told = ProviderMetadataWithLogout::discover(&self.issuer, &|asked| (self.http)(asked));
        let metadata = told.map_err(|error| {
            tracing::warn!(error = format!("{error:#}"), "the sign-in provider did not tell of itself");
            *self.silent_at.lock().unwrap_or_else(PoisonError::into_inner) = moment.now.clone();
            Error::Refused("provider-unreachable")
        })?;
        let known = Known { metadata, asked_at: moment.now.clone() };
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some(known.clone());
        Ok(known)
    }

    fn client(&self, known: &Known) -> Client {
        let metadata = known.metadata.clone();
        let by_basic = metadata
            .token_endpoint_auth_methods_supported()
            .is_none_or(|methods| methods.contains(&CoreClientAuthMethod::ClientSecretBasic));
        let secret = self.setting.secret.clone().map(ClientSecret::new);
        Client::from_provider_metadata(metadata, ClientId::new(self.setting.client.clone()), secret)
            .set_auth_type(if by_basic { AuthType::BasicAuth } else { AuthType::RequestBody })
            .set_redirect_uri(self.back.clone())
    }
}

/// The one claim that the library leaves to us: a token may say from when on it holds.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
struct Extra {
    nbf: Option<i64>,
}

impl AdditionalClaims for Extra {}

type Token = IdToken<Extra, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>;
type Claims = IdTokenClaims<Extra, CoreGenderClaim>;
type Fields = IdTokenFields<
    Extra,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;
type Client = openidconnect::Client<
    Extra,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    StandardTokenResponse<Fields, CoreTokenType>,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

fn refused(error: impl std::fmt::Display) -> Error {
    tracing::warn!(%error, "the sign-in provider's answer was refused");
    Error::Refused("provider-refused")
}
