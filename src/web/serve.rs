//! From a request to its answer: who is it, may they, which transaction, and what if it goes wrong.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ::store::Tx;
use axum::body::Body;
use axum::extract::{FromRequest, Multipart, RawPathParams, Request, State};
use axum::http::{HeaderMap, Response};
use axum::routing::{MethodFilter, on};
use axum::{RequestExt, Router};

use crate::accounts::actions;
use crate::accounts::policy::Demand;
use crate::accounts::sessions::{self, Present};
use crate::accounts::way::Way;
use crate::accounts::{passkeys, second_step, store, tokens};
use crate::app::App;
use crate::error::{Error, Result};
use crate::permissions::Verb;
use crate::web::ask::{Ask, ProviderNamed, Upload, User};
use crate::web::cookies::{self, Lasts, own_cookie};
use crate::web::dates;
use crate::web::metrics::Metrics;
use crate::web::once::Sent;
use crate::web::reply::Reply;
use crate::web::router::{Answer, Need, ROUTES, Route};
use crate::web::security::SECURITY;
use crate::web::{lock, shell, switch};
use crate::words::Lang;
use crate::work::{Actor, Done, Moment, Work};

/// Nothing larger is read: a list of an office is some hundred kilobytes.
const MOST_BYTES: usize = 12 * 1024 * 1024;
pub const COOKIE: &str = "diemsang";
/// A year.
const HSTS: &str = "max-age=31536000; includeSubDomains";

/// A session's cookie; an empty token takes it away.
pub fn session_cookie(is_secure: bool, token: &str) -> String {
    own_cookie(is_secure, COOKIE, token, Lasts::WithTheBrowser)
}

/// A request that has not arrived whole by then is given up.
const LONGEST_ARRIVAL: Duration = Duration::from_secs(120);

/// The address where what was counted is told.
pub fn counts(metrics: Arc<Metrics>) -> Router {
    Router::new().route("/metrics", axum::routing::get(move || async move { metrics.told() }))
}

/// The router over all routes, ready to serve; answers are counted where `metrics` is there.
pub fn router(app: Arc<App>, metrics: Option<Arc<Metrics>>) -> Router {
    let mut router = Router::new();
    for route in ROUTES {
        let filter = if route.method == "GET" { MethodFilter::GET } else { MethodFilter::POST };
        let metrics = metrics.clone();
        let handler = move |State(app): State<Arc<App>>, request: Request| counted(app, *route, request, metrics);
        router = router.route(route.path, on(filter, handler));
    }
    router
        .route("/assets/{*file}", axum::routing::get(crate::web::assets::file))
        .fallback(nowhere)
        .layer(tower_http::compression::CompressionLayer::new().gzip(true))
        .with_state(app)
}

async fn nowhere(request: Request) -> Response<Body> {
    let ask = from_headers(request.headers(), request.uri().path());
    shell::trouble(&ask, &Error::NotFound).into()
}

async fn counted(app: Arc<App>, route: Route, request: Request, metrics: Option<Arc<Metrics>>) -> Response<Body> {
    let Some(metrics) = metrics else { return answer(app, route, request).await };
    let begun = Instant::now();
    let answer = answer(app, route, request).await;
    metrics.count(&route, answer.status().as_u16(), begun.elapsed());
    answer
}

async fn answer(app: Arc<App>, route: Route, request: Request) -> Response<Body> {
    let bare = from_headers(request.headers(), request.uri().path());
    let arrived = tokio::time::timeout(LONGEST_ARRIVAL, read(request, &route, app.proxy)).await;
    let told = match arrived.unwrap_or_else(|_| Err(Box::new(shell::trouble(&bare, &Error::Refused("form-slow"))))) {
        Ok(ask) => tokio::task::spawn_blocking(move || within(&app, &route, ask))
            .await
            .unwrap_or_else(|error| shell::trouble(&bare, &Error::Broken(error.into()))),
        Err(reply) => *reply,
    };
    told.into()
}

/// A key counts for the API alone, and then nothing else does.
fn key(headers: &HeaderMap, path: &str) -> Option<String> {
    let told = headers.get("authorization").filter(|_| path.starts_with("/api/"))?.to_str().ok()?;
    told.strip_prefix("Bearer ").map(|key| key.trim().to_owned())
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("")
}

fn from_headers(headers: &HeaderMap, path: &str) -> Ask {
    let sent = cookies::sent(text(headers, "cookie"));
    let token = Some(cookies::value(&sent, COOKIE)).filter(|token| !token.is_empty()).map(str::to_owned);
    Ask {
        path: path.to_owned(),
        key: key(headers, path),
        once: headers.get("idempotency-key").and_then(|v| v.to_str().ok()).map(str::to_owned),
        left: token.clone().into_iter().chain(switch::left_in(&sent)).collect(),
        referer: lock::page_of(text(headers, "referer"), text(headers, "host")),
        token,
        lang: Lang::from_tag(cookies::value(&sent, "lang")),
        cookies: sent,
        agent: text(headers, "user-agent").to_owned(),
        host: text(headers, "host").to_owned(),
        ..Ask::default()
    }
}

/// A form from another site is not taken: the browser itself says where a request comes from.
fn is_foreign(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match (text("sec-fetch-site"), text("origin"), text("host")) {
        (Some("same-origin" | "none"), _, _) | (None, None, _) => false,
        (Some(_), _, _) => true,
        (None, Some(origin), Some(host)) => origin.split_once("://").is_none_or(|(_, from)| from != host),
        (None, Some(_), None) => true,
    }
}

async fn read(mut request: Request, route: &Route, proxy: Option<IpAddr>) -> std::result::Result<Ask, Box<Reply>> {
    let mut ask = from_headers(request.headers(), request.uri().path());
    let query = request.uri().query().unwrap_or("").to_owned();
    ask.query = pairs(query.as_bytes()).into_iter().map(|(name, value)| (name, printable(&value))).collect();
    if !ask.query("lang").is_empty() {
        ask.lang = Lang::from_tag(ask.query("lang"));
    }
    if let Some(address) = request.extensions().get::<axum::extract::ConnectInfo<std::net::SocketAddr>>() {
        let told = request.headers();
        (ask.address, ask.is_secure) = behind(proxy, address.0.ip(), told);
    }
    if let Ok(params) = request.extract_parts::<RawPathParams>().await {
        ask.params = params.iter().map(|(key, value)| (key.to_owned(), printable(value))).collect();
    }
    if route.method == "POST" {
        ask.is_write = true;
        if is_foreign(request.headers()) {
            tracing::warn!(route = route.path, address = ask.address, "a form from another site");
            return Err(Box::new(shell::trouble(&ask, &Error::Refused("form-foreign"))));
        }
        if let Err(error) = read_body(request, &mut ask).await {
            return Err(Box::new(shell::trouble(&ask, &error)));
        }
    }
    Ok(ask)
}

/// From where a request comes, and whether by TLS. Only the proxy's own word is taken: the last address it added.
fn behind(proxy: Option<IpAddr>, peer: IpAddr, headers: &HeaderMap) -> (String, bool) {
    if proxy != Some(peer) {
        return (peer.to_string(), false);
    }
    let text = |name: &str| headers.get_all(name).iter().next_back().and_then(|value| value.to_str().ok());
    let last = text("x-forwarded-for").and_then(|all| all.rsplit(',').next()?.trim().parse::<IpAddr>().ok());
    (last.unwrap_or(peer).to_string(), text("x-forwarded-proto") == Some("https"))
}

/// No address means a control character; PostgreSQL refuses one of them.
fn printable(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}

fn pairs(text: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(text).map(|(key, value)| (key.into_owned(), value.into_owned())).collect()
}

async fn read_body(request: Request, ask: &mut Ask) -> Result<()> {
    let kind = request.headers().get("content-type").and_then(|v| v.to_str().ok()).unwrap_or("").to_owned();
    if !kind.starts_with("multipart/form-data") {
        let bytes = axum::body::to_bytes(request.into_body(), MOST_BYTES).await;
        ask.form = pairs(&bytes.map_err(|_| Error::Refused("form-too-large"))?);
        return Ok(());
    }
    let limited = request.map(|body| Body::new(http_body_util::Limited::new(body, MOST_BYTES)));
    let mut parts = Multipart::from_request(limited, &()).await.map_err(|_| Error::Refused("form-unreadable"))?;
    while let Some(part) = parts.next_field().await.map_err(|_| Error::Refused("form-too-large"))? {
        let name = part.name().unwrap_or("").to_owned();
        let file_name = part.file_name().map(str::to_owned);
        let bytes = part.bytes().await.map_err(|_| Error::Refused("form-too-large"))?;
        match file_name {
            // A field for a file that was left empty is sent without name and content.
            Some(file_name) if file_name.is_empty() && bytes.is_empty() => {}
            Some(file_name) => ask.uploads.push(Upload { file_name, bytes: bytes.to_vec() }),
            None => ask.form.push((name, String::from_utf8_lossy(&bytes).into_owned())),
        }
    }
    Ok(())
}

fn within(app: &App, route: &Route, mut ask: Ask) -> Reply {
    let moment = app.moment();
    if let Err(error) = app.greet(&moment) {
        tracing::error!(%error, "what is due today was not done");
    }
    ask.flags = app.flags.clone();
    ask.provider = app.provider.as_ref().map(ProviderNamed::of);
    let reply = match respond(app, route, &mut ask, &moment) {
        Ok(reply) => with_dates(reply, &ask),
        Err(error) => {
            if let Error::Forbidden(verb) = &error {
                let user = ask.user.as_ref().map_or("", |user| user.user_name.as_str());
                tracing::warn!(user, route = route.path, verb = verb.word(), address = ask.address, "refused");
            }
            shell::trouble(&ask, &error)
        }
    };
    if let Some(token) = ask.token.as_ref().filter(|_| ask.is_stale) {
        let noted = app.db.write(|tx| store::touch_session(tx, &actions::token_hash(token), &moment.now));
        if let Err(error) = noted {
            tracing::warn!(%error, "a session was not noted as used");
        }
    }
    if let Some(id) = &ask.stale_key {
        let noted = app.db.write(|tx| tokens::touch(tx, id, &moment.now));
        if let Err(error) = noted {
            tracing::warn!(%error, "a key was not noted as used");
        }
    }
    let reply = if ask.is_secure { reply.with("strict-transport-security", HSTS.to_owned()) } else { reply };
    if ask.query("lang").is_empty() {
        return reply;
    }
    let secure = if ask.is_secure { "; Secure" } else { "" };
    let lang = format!("lang={}; Path=/; Max-Age=31536000; SameSite=Lax{secure}", ask.lang.tag());
    reply.with("set-cookie", lang)
}

/// Whoever looks at a day goes on looking at it.
fn with_dates(mut reply: Reply, ask: &Ask) -> Reply {
    let is_dated = dates::NAMES.iter().any(|name| !ask.query(name).is_empty());
    if is_dated && reply.kind.starts_with("text/html") {
        reply.body = dates::carried(&String::from_utf8_lossy(&reply.body), &ask.query).into_bytes();
    }
    reply
}

fn respond(app: &App, route: &Route, ask: &mut Ask, moment: &Moment) -> Result<Reply> {
    if let Answer::Own(own) = route.answer {
        let actor = app.db.read(|tx| who(app, tx, ask, moment))?;
        if route.need != Need::Nothing && actor.is_none() {
            return Ok(lock::to_sign_in(ask));
        }
        return own(app, ask);
    }
    match route.answer {
        Answer::Write(write, again) => {
            return respond_to_write(app, route, ask, moment, (&|work, ask| write(work, ask), again));
        }
        Answer::Store(write, again) => {
            return respond_to_write(app, route, ask, moment, (&|work, ask| write(app, work, ask), again));
        }
        Answer::Read(_) | Answer::Kept(_) | Answer::Own(_) => {}
    }
    let told = app.db.read(|tx| {
        let Some(actor) = who(app, tx, ask, moment)? else { return lock::meet(app, tx, ask, moment).map(Told::early) };
        if let Some(elsewhere) = first_things_first(ask) {
            return Ok(Told::early(elsewhere));
        }
        allow(route, &actor)?;
        let mut work = Work::new(tx, actor, moment.clone());
        let reply = match route.answer {
            Answer::Read(read) => read(&mut work, ask),
            Answer::Kept(read) => read(app, &mut work, ask),
            Answer::Write(..) | Answer::Store(..) | Answer::Own(_) => Err(Error::NotFound),
        }?;
        Ok::<_, Error>(Told { reply, done: Some(work.done()) })
    })?;
    told.followed(app, moment)
}

/// An answer, and the work that gave it, of which something may still be to do.
struct Told {
    reply: Reply,
    done: Option<Done>,
}

impl Told {
    /// Nobody asked anything of the register yet.
    fn early(reply: Reply) -> Told {
        Told { reply, done: None }
    }

    fn followed(self, app: &App, moment: &Moment) -> Result<Reply> {
        self.done.map_or(Ok(()), |done| app.follow(done, moment))?;
        Ok(self.reply)
    }
}

type Written<'a> = (&'a dyn Fn(&mut Work, &Ask) -> Result<Reply>, crate::web::router::Again);

fn respond_to_write(
    app: &App,
    route: &Route,
    ask: &mut Ask,
    moment: &Moment,
    (write, again): Written,
) -> Result<Reply> {
    let done = app.db.write(|tx| {
        let Some(actor) = who(app, tx, ask, moment)? else { return lock::meet(app, tx, ask, moment).map(Told::early) };
        if let Some(elsewhere) = first_things_first(ask) {
            return Ok(Told::early(elsewhere));
        }
        allow(route, &actor)?;
        let sent = Sent::by(&actor.account_id, ask);
        if let Some(sent) = &sent
            && let Some(before) = sent.take(tx, &moment.now)?
        {
            return Ok(Told::early(before));
        }
        let mut work = Work::new(tx, actor, moment.clone());
        let reply = write(&mut work, ask)?;
        let done = work.done();
        if let Some(sent) = &sent {
            sent.keep(tx, &reply)?;
        }
        Ok(Told { reply, done: Some(done) })
    });
    let error = match done {
        Ok(told) => return told.followed(app, moment),
        Err(error @ (Error::Invalid(_) | Error::Refused(_) | Error::Conflict)) => error,
        Err(error) => return Err(error),
    };
    let told = app.db.read(|tx| {
        let Some(actor) = who(app, tx, ask, moment)? else { return lock::meet(app, tx, ask, moment).map(Told::early) };
        let mut work = Work::new(tx, actor, moment.clone());
        let status = if matches!(error, Error::Conflict) { 409 } else { 422 };
        let reply = again(&mut work, ask, &error)?.status(status);
        Ok::<_, Error>(Told { reply, done: Some(work.done()) })
    })?;
    told.followed(app, moment)
}

fn who(app: &App, tx: &mut Tx, ask: &mut Ask, moment: &Moment) -> Result<Option<Actor>> {
    if let Some(key) = ask.key.clone() {
        return by_key(tx, ask, moment, &key);
    }
    let Some(token) = ask.token.clone() else { return Ok(None) };
    let Some(present) = sessions::present(tx, moment, &token, &app.flags)? else {
        return Ok(None);
    };
    let must = must_first(tx, moment, &present)?;
    let Present { account, mut actor, is_stale, .. } = present;
    ask.is_stale = is_stale;
    ask.may = Verb::ALL.into_iter().filter(|verb| actor.may(*verb)).collect();
    if ask.path.starts_with("/api/") {
        actor.origin = "api".into();
    }
    ask.user = Some(User { name: account.name, user_name: account.user_name, must });
    Ok(Some(actor))
}

/// A key for reading opens no form, and no key opens anything before its account has a password of its own.
fn by_key(tx: &mut Tx, ask: &mut Ask, moment: &Moment, key: &str) -> Result<Option<Actor>> {
    let Some(bearer) = tokens::bearer(tx, moment, key)? else { return Ok(None) };
    if bearer.account.must_change {
        return Ok(None);
    }
    if ask.is_write && !bearer.token.may_write {
        tracing::warn!(token = bearer.token.id, address = ask.address, "a key for reading tried to write");
        return Err(Error::Refused("token-reads-only"));
    }
    ask.stale_key = bearer.is_stale.then_some(bearer.token.id);
    ask.may = Verb::ALL.into_iter().filter(|verb| bearer.actor.may(*verb)).collect();
    ask.user = Some(User { name: bearer.account.name, user_name: bearer.account.user_name, must: None });
    Ok(Some(bearer.actor))
}

/// A one-time or outworn password is changed before anything else; then, in roles that need it, the second step is
/// set.
fn must_first(tx: &mut Tx, moment: &Moment, present: &Present) -> Result<Option<&'static str>> {
    let (account, roles) = (&present.account, present.roles());
    if account.must_change || present.policy.is_outworn(&account.password_on, &roles, moment.today) {
        return Ok(Some("/password"));
    }
    let lacks = match present.policy.demand(&roles) {
        Demand::Nothing => false,
        Demand::Any => present.way != Way::ProviderBoth && !second_step::holds(tx, &account.id)?,
        Demand::Passkey => !passkeys::holds(tx, &account.id)?,
    };
    Ok(lacks.then_some(SECURITY))
}

fn first_things_first(ask: &Ask) -> Option<Reply> {
    ask.user.as_ref().and_then(|user| user.must).map(Reply::see)
}

fn allow(route: &Route, actor: &Actor) -> Result<()> {
    match route.need {
        Need::Nothing | Need::SignedIn => Ok(()),
        Need::Right(verb) if actor.may(verb) => Ok(()),
        Need::Right(verb) => Err(Error::Forbidden(verb)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_proxy_in_front_is_believed() {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", "10.9.9.9, 203.0.113.7".parse().unwrap());
        headers.insert("x-forwarded-proto", "https".parse().unwrap());
        let (proxy, other) = ("127.0.0.1".parse().unwrap(), "192.0.2.1".parse().unwrap());
        assert_eq!(behind(Some(proxy), proxy, &headers), ("203.0.113.7".to_owned(), true));
        assert_eq!(behind(Some(proxy), other, &headers), ("192.0.2.1".to_owned(), false));
        assert_eq!(behind(None, proxy, &headers), ("127.0.0.1".to_owned(), false));
    }
}
