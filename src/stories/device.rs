//! A device of the stories: makes passkeys and shows them, as a phone or a USB key does (WebAuthn level 2, no
//! attestation). What it tells can be made wrong on purpose.

use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// One passkey on a device.
pub(super) struct Device {
    key: SigningKey,
    id: Vec<u8>,
    user: String,
    n_uses: u32,
    /// The address that the browser told the device.
    pub(super) origin: String,
    /// The owner unlocked the device.
    pub(super) is_unlocked: bool,
}

const PRESENT: u8 = 0x01;
const UNLOCKED: u8 = 0x04;
const NEW: u8 = 0x40;

impl Device {
    /// A device without a passkey, asked at the usual address.
    pub(super) fn new(seed: u8) -> Device {
        Device {
            key: SigningKey::from_slice(&[seed; 32]).unwrap(),
            id: vec![seed; 16],
            user: String::new(),
            n_uses: 0,
            origin: "http://localhost:8080".to_owned(),
            is_unlocked: true,
        }
    }

    /// Makes the passkey that is asked for.
    pub(super) fn make(&mut self, asked: &Value) -> String {
        let options = &asked["publicKey"];
        assert_eq!(options["authenticatorSelection"]["residentKey"], "required");
        assert_eq!(options["authenticatorSelection"]["userVerification"], "required");
        self.user = options["user"]["id"].as_str().unwrap().to_owned();
        let mut data = self.told(NEW);
        data.extend([0; 16]);
        data.extend(u16::try_from(self.id.len()).unwrap().to_be_bytes());
        data.extend(&self.id);
        data.extend(self.public_key());
        let mut made = vec![0xa3];
        made.extend(text("fmt"));
        made.extend(text("none"));
        made.extend(text("attStmt"));
        made.push(0xa0);
        made.extend(text("authData"));
        made.extend(bytes(&data));
        let client = self.client("webauthn.create", options);
        let response = json!({ "attestationObject": base64(&made), "clientDataJSON": base64(&client) });
        json!({ "id": base64(&self.id), "rawId": base64(&self.id), "type": "public-key", "response": response,
                "extensions": {} })
        .to_string()
    }

    /// Shows the passkey.
    pub(super) fn show(&mut self, asked: &Value) -> String {
        let options = &asked["publicKey"];
        self.n_uses += 1;
        let data = self.told(0);
        let client = self.client("webauthn.get", options);
        let signed = [data.as_slice(), Sha256::digest(&client).as_slice()].concat();
        let signature: Signature = self.key.sign(&signed);
        let response = json!({ "authenticatorData": base64(&data), "clientDataJSON": base64(&client),
                               "signature": base64(signature.to_der().as_bytes()), "userHandle": self.user });
        json!({ "id": base64(&self.id), "rawId": base64(&self.id), "type": "public-key", "response": response,
                "extensions": {} })
        .to_string()
    }

    /// Authenticator data up to the counter.
    fn told(&self, more: u8) -> Vec<u8> {
        let host = self.origin.split("://").nth(1).unwrap().split(':').next().unwrap();
        let unlocked = if self.is_unlocked { UNLOCKED } else { 0 };
        let mut data = Sha256::digest(host.as_bytes()).to_vec();
        data.push(PRESENT | unlocked | more);
        data.extend(self.n_uses.to_be_bytes());
        data
    }

    fn client(&self, kind: &str, options: &Value) -> Vec<u8> {
        let told = json!({ "type": kind, "challenge": options["challenge"], "origin": self.origin,
                           "crossOrigin": false });
        told.to_string().into_bytes()
    }

    /// The public key as a map of COSE: EC2, ES256, P-256, x, y.
    fn public_key(&self) -> Vec<u8> {
        let point = self.key.verifying_key().to_sec1_point(false);
        let mut key = vec![0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21];
        key.extend(bytes(point.x().unwrap()));
        key.push(0x22);
        key.extend(bytes(point.y().unwrap()));
        key
    }
}

/// A short text of CBOR.
fn text(told: &str) -> Vec<u8> {
    let mut all = vec![0x60 | u8::try_from(told.len()).unwrap()];
    all.extend(told.as_bytes());
    all
}

/// Some bytes of CBOR.
fn bytes(told: &[u8]) -> Vec<u8> {
    let mut all = vec![0x59];
    all.extend(u16::try_from(told.len()).unwrap().to_be_bytes());
    all.extend(told);
    all
}

/// Base64 for addresses, without padding.
pub(super) fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut told = String::new();
    for chunk in bytes.chunks(3) {
        let all = chunk.iter().fold(0_u32, |all, byte| all << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for at in 0..=chunk.len() {
            told.push(char::from(LETTERS[(all >> (18 - 6 * at)) as usize & 63]));
        }
    }
    told
}
