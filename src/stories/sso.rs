//! A sign-in provider of the stories: tells of itself, hands out codes and signs ID tokens (OpenID Connect), without
//! a network. What it signs can be made wrong on purpose.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use openidconnect::{HttpRequest, HttpResponse};
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::device::base64;
use crate::accounts::http::{Http, Unreachable};

pub(super) const ISSUER: &str = "https://sso.phutho.example";
pub(super) const CLIENT: &str = "diemsang";
pub(super) const SECRET: &str = "bi-mat-cua-chuong-trinh";

/// What is wrong with the next ID token.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Wrong {
    Nothing,
    Nonce,
    Expired,
    NotYet,
    Issuer,
    Audience,
    /// Signed by somebody else under the same name of a key.
    Signature,
    /// Changed after it was signed.
    Subject,
    /// Not signed at all, and saying so.
    Unsigned,
    /// Signed with the secret that the program shares with the provider.
    Shared,
    NoToken,
    Down,
}

/// Everything that is to be refused.
pub(super) const WRONG: [Wrong; 11] = [
    Wrong::Nonce,
    Wrong::Expired,
    Wrong::NotYet,
    Wrong::Issuer,
    Wrong::Audience,
    Wrong::Signature,
    Wrong::Subject,
    Wrong::Unsigned,
    Wrong::Shared,
    Wrong::NoToken,
    Wrong::Down,
];

#[derive(Clone)]
pub(super) struct Sso(Arc<Mutex<Told>>);

struct Told {
    key: u8,
    wrong: Wrong,
    subject: String,
    amr: Vec<&'static str>,
    /// The nonce and the PKCE challenge under each code that was handed out.
    codes: HashMap<String, (String, String)>,
}

impl Sso {
    pub(super) fn new() -> Sso {
        let told =
            Told { key: 1, wrong: Wrong::Nothing, subject: String::new(), amr: vec!["pwd"], codes: HashMap::new() };
        Sso(Arc::new(Mutex::new(told)))
    }

    /// How the program asks it.
    pub(super) fn http(&self) -> Http {
        let own = self.clone();
        Box::new(move |asked| own.answer(&asked))
    }

    /// Someone signs in there, sent by an address of the program; gives where the browser is sent back to.
    pub(super) fn signs_in(&self, address: &str, subject: &str, wrong: Wrong) -> String {
        let (_, query) = address.split_once('?').unwrap();
        let asked: HashMap<String, String> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        assert_eq!((asked["response_type"].as_str(), asked["client_id"].as_str()), ("code", CLIENT));
        assert_eq!((asked["scope"].as_str(), asked["code_challenge_method"].as_str()), ("openid", "S256"));
        let mut told = self.0.lock().unwrap();
        told.wrong = wrong;
        told.subject = subject.to_owned();
        let code = format!("ma-{}", told.codes.len());
        told.codes.insert(code.clone(), (asked["nonce"].clone(), asked["code_challenge"].clone()));
        let back = asked["redirect_uri"].strip_prefix("http://localhost:8080").unwrap().to_owned();
        let more = form_urlencoded::Serializer::new(String::new())
            .extend_pairs([("code", code.as_str()), ("state", asked["state"].as_str()), ("iss", ISSUER)])
            .finish();
        format!("{back}?{more}")
    }

    /// From now on it signs with another key.
    pub(super) fn changes_its_key(&self) {
        self.0.lock().unwrap().key += 1;
    }

    /// How it proves who people are.
    pub(super) fn proves_by(&self, amr: &[&'static str]) {
        self.0.lock().unwrap().amr = amr.to_vec();
    }

    fn answer(&self, asked: &HttpRequest) -> std::result::Result<HttpResponse, Unreachable> {
        let mut told = self.0.lock().unwrap();
        if told.wrong == Wrong::Down {
            return Err(Unreachable("no route to host".to_owned()));
        }
        let path = asked.uri().path().to_owned();
        let (status, body) = match path.as_str() {
            "/.well-known/openid-configuration" => (200, metadata()),
            "/keys" => (200, json!({ "keys": [public(&key(told.key))] })),
            "/token" => told.token(&String::from_utf8_lossy(asked.body())),
            _ => (404, json!({})),
        };
        let mut answer = HttpResponse::new(body.to_string().into_bytes());
        *answer.status_mut() = status.try_into().unwrap();
        answer.headers_mut().insert("content-type", "application/json".parse().unwrap());
        Ok(answer)
    }
}

impl Told {
    fn token(&mut self, body: &str) -> (u16, Value) {
        let asked: HashMap<String, String> = form_urlencoded::parse(body.as_bytes()).into_owned().collect();
        let known = asked.get("code").and_then(|code| self.codes.remove(code));
        let proven = asked.get("code_verifier").map(|verifier| base64(&Sha256::digest(verifier.as_bytes())));
        let Some((nonce, _)) = known.filter(|(_, challenge)| proven.as_ref() == Some(challenge)) else {
            return (400, json!({ "error": "invalid_grant" }));
        };
        if self.wrong == Wrong::NoToken {
            return (200, json!({ "access_token": "a", "token_type": "Bearer" }));
        }
        (200, json!({ "access_token": "a", "token_type": "Bearer", "id_token": self.id_token(&nonce) }))
    }

    fn id_token(&self, nonce: &str) -> String {
        let now = crate::work::Moment::of_the_clock().now.parse::<jiff::Timestamp>().unwrap().as_second();
        let is = |wrong| self.wrong == wrong;
        let claims = json!({
            "iss": if is(Wrong::Issuer) { "https://sso.khac.example" } else { ISSUER },
            "aud": if is(Wrong::Audience) { "chuong-trinh-khac" } else { CLIENT },
            "nonce": if is(Wrong::Nonce) { "nonce-khac" } else { nonce },
            "exp": if is(Wrong::Expired) { now - 60 } else { now + 300 },
            "iat": now - 120,
            "nbf": if is(Wrong::NotYet) { now + 120 } else { now - 120 },
            "sub": self.subject,
            "amr": self.amr,
        });
        let alg = match self.wrong {
            Wrong::Unsigned => "none",
            Wrong::Shared => "HS256",
            _ => "ES256",
        };
        let header = base64(json!({ "alg": alg, "kid": "khoa" }).to_string().as_bytes());
        let payload = base64(claims.to_string().as_bytes());
        let signed = format!("{header}.{payload}");
        let signature = match self.wrong {
            Wrong::Unsigned => Vec::new(),
            Wrong::Shared => hmac(SECRET.as_bytes(), signed.as_bytes()),
            Wrong::Signature => sign(200, &signed),
            _ => sign(self.key, &signed),
        };
        let changed = claims.to_string().replace(&self.subject, "ke-khac");
        let payload = if is(Wrong::Subject) { base64(changed.as_bytes()) } else { payload };
        format!("{header}.{payload}.{}", base64(&signature))
    }
}

fn key(seed: u8) -> SigningKey {
    SigningKey::from_slice(&[seed; 32]).unwrap()
}

fn sign(seed: u8, text: &str) -> Vec<u8> {
    let signature: Signature = key(seed).sign(text.as_bytes());
    signature.to_bytes().to_vec()
}

fn public(key: &SigningKey) -> Value {
    let point = key.verifying_key().to_sec1_point(false);
    json!({ "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": "khoa",
            "x": base64(point.x().unwrap()), "y": base64(point.y().unwrap()) })
}

fn metadata() -> Value {
    json!({
        "issuer": ISSUER,
        "authorization_endpoint": format!("{ISSUER}/auth"),
        "token_endpoint": format!("{ISSUER}/token"),
        "jwks_uri": format!("{ISSUER}/keys"),
        "end_session_endpoint": format!("{ISSUER}/end"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256", "HS256", "none"],
    })
}

/// HMAC with SHA-256 (RFC 2104), for a secret of one block at most.
fn hmac(secret: &[u8], text: &[u8]) -> Vec<u8> {
    let padded = |pad: u8| -> Vec<u8> { (0..64).map(|at| secret.get(at).unwrap_or(&0) ^ pad).collect() };
    let inner = Sha256::digest([padded(0x36).as_slice(), text].concat());
    Sha256::digest([padded(0x5c).as_slice(), &inner].concat()).to_vec()
}
