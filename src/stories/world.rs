//! The world of the stories: the sample province, its four accounts, and a browser without a screen.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use http_body_util::BodyExt;
use tower::ServiceExt;

use super::sso::{self, Sso};
use crate::accounts::provider::{Provider, Setting};
use crate::accounts::way::Way;
use crate::accounts::{actions, store};
use crate::app::App;
use crate::cli::keep::{DEMO_ACCOUNTS, DEMO_PASSWORD, add_accounts};
use crate::demo;
use crate::web::serve::{COOKIE, router};
use crate::work::Moment;

/// The engine's connections must outlive the runtime, so the runtime is dropped first.
pub(super) struct World {
    runtime: tokio::runtime::Runtime,
    router: Router,
    pub(super) app: Arc<App>,
    pub(super) sso: Sso,
    tokens: Vec<(&'static str, String)>,
    dir: std::path::PathBuf,
}

/// An answer.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) location: String,
    pub(super) body: String,
    cookies: Vec<String>,
}

impl Answer {
    /// The session's token that the browser is given.
    pub(super) fn token(&self) -> String {
        self.cookie(COOKIE)
    }

    /// What the browser is told to keep under a name.
    pub(super) fn cookie(&self, name: &str) -> String {
        let told = self.cookies.iter().filter_map(|cookie| cookie.split(';').next()?.split_once('='));
        told.filter(|(key, _)| *key == name).map(|(_, value)| value.to_owned()).next_back().unwrap_or_default()
    }
}

impl World {
    pub(super) fn embedded() -> World {
        let dir = std::env::temp_dir().join(format!("diemsang-stories-{}", crate::ids::new()));
        let app = App::open_dir(&dir).unwrap();
        World::of(app, dir)
    }

    pub(super) fn postgres() -> Option<World> {
        let url = std::env::var("DIEMSANG_TEST_POSTGRES").ok().filter(|url| !url.is_empty())?;
        let dir = std::env::temp_dir().join(format!("diemsang-stories-{}", crate::ids::new()));
        let name = format!("stories_{}", std::process::id());
        let mut server = ::store::Db::connect(&url).unwrap();
        create_database(&mut server, &name);
        let app = App::connect(&format!("{url} dbname={name}"), &dir).unwrap();
        Some(World::of(app, dir))
    }

    fn of(mut app: App, dir: std::path::PathBuf) -> World {
        let sso = Sso::new();
        app.provider = Some(Provider::new(setting(), &app.origin, sso.http()).unwrap());
        app.load_country().unwrap();
        app.write(|work| {
            demo::make(work, &demo::Plan { seed: 1, scale: demo::Scale::Province })?;
            add_accounts(work, false)
        })
        .unwrap();
        let app = Arc::new(app);
        let moment = Moment::of_the_clock();
        let sign_in = |name| {
            let from = actions::From { address: "127.0.0.1", agent: "story", left: &[] };
            let door = actions::Door { db: &app.db, flags: &app.flags, moment: &moment, from };
            actions::sign_in(&door, name, DEMO_PASSWORD).unwrap().token
        };
        let tokens = DEMO_ACCOUNTS.iter().map(|(name, ..)| (*name, sign_in(name))).collect();
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        World { runtime, router: router(Arc::clone(&app), None), app, sso, tokens, dir }
    }

    fn send(&self, who: &str, request: axum::http::request::Builder, body: String) -> Answer {
        self.send_by(self.token(who), request, body)
    }

    fn send_by(&self, token: Option<&str>, request: axum::http::request::Builder, body: impl Into<Body>) -> Answer {
        let request = match token {
            Some(token) => request.header("cookie", format!("{COOKIE}={token}")),
            None => request,
        };
        let request = request.header("host", "localhost:8080").body(body.into()).unwrap();
        self.runtime.block_on(async {
            let response = self.router.clone().oneshot(request).await.unwrap();
            let status = response.status().as_u16();
            let location = response.headers().get("location").map_or("", |v| v.to_str().unwrap()).to_owned();
            let cookies = response.headers().get_all("set-cookie").iter();
            let cookies = cookies.map(|value| value.to_str().unwrap().to_owned()).collect();
            let bytes = response.into_body().collect().await.unwrap().to_bytes();
            Answer { status, location, body: String::from_utf8_lossy(&bytes).into_owned(), cookies }
        })
    }

    /// The answer to a browser that keeps these cookies.
    pub(super) fn get_with_cookies(&self, cookies: &str, path: &str) -> Answer {
        self.send_by(None, Request::get(path).header("cookie", cookies), String::new())
    }

    /// The answer to a form sent by a browser that keeps these cookies.
    pub(super) fn post_with_cookies(&self, cookies: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = Request::post(path)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .header("cookie", cookies);
        self.send_by(None, request, body)
    }

    /// The answer to a program that sends this key.
    pub(super) fn get_with_key(&self, key: &str, path: &str) -> Answer {
        let request = Request::get(path).header("authorization", format!("Bearer {key}"));
        self.send_by(None, request, String::new())
    }

    /// The answer to a program that sends this key and a file.
    pub(super) fn upload_with_key(&self, key: &str, path: &str, text: &str) -> Answer {
        let request = Request::post(path)
            .header("authorization", format!("Bearer {key}"))
            .header("content-type", "multipart/form-data; boundary=x");
        self.send_by(None, request, file_body("danh-sach.csv", text))
    }

    /// The answer to someone who bears this token.
    pub(super) fn get_by(&self, token: &str, path: &str) -> Answer {
        self.send_by(Some(token), Request::get(path), String::new())
    }

    pub(super) fn get(&self, who: &str, path: &str) -> Answer {
        self.send(who, Request::get(path), String::new())
    }

    pub(super) fn post(&self, who: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.post_from(who, path, fields, "same-origin")
    }

    pub(super) fn post_from(&self, who: &str, path: &str, fields: &[(&str, &str)], site: &str) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = Request::post(path)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", site);
        self.send(who, request, body)
    }

    /// The answer to a form sent by someone who bears this token.
    pub(super) fn post_by(&self, token: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = Request::post(path)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin");
        self.send_by(Some(token), request, body)
    }

    /// Sends a file with a form.
    pub(super) fn upload(&self, who: &str, path: &str, file_name: &str, text: &str) -> Answer {
        self.upload_by(self.token(who).unwrap_or(""), path, file_name, text)
    }

    fn token(&self, who: &str) -> Option<&str> {
        self.tokens.iter().find(|(name, _)| *name == who).map(|(_, token)| token.as_str())
    }

    /// Sends a file with a form, bearing this token.
    pub(super) fn upload_by(&self, token: &str, path: &str, file_name: &str, text: &str) -> Answer {
        let body = file_body(file_name, text);
        let request = Request::post(path)
            .header("content-type", "multipart/form-data; boundary=x")
            .header("sec-fetch-site", "same-origin");
        self.send_by(Some(token), request, body)
    }

    /// Sets the clock so many days forward, and gives a token to sign in with then.
    pub(super) fn days_later(&self, days: i64, user_name: &str) -> String {
        self.app.forward.store(days * 86_400, std::sync::atomic::Ordering::Relaxed);
        let now = self.app.moment().now;
        let account = self.cell(&format!("select id from account where user_name = '{user_name}'"));
        let token = format!("{user_name}-{days}-{}", crate::ids::new());
        let kept = store::Session {
            id: actions::token_hash(&token),
            created_at: now.clone(),
            seen_at: now,
            address: String::new(),
            agent: String::new(),
            way: Way::Password,
            is_locked: false,
        };
        let insert = |tx: &mut ::store::Tx| store::insert_session(tx, &account, &kept, "9999-12-31T00:00:00Z", false);
        self.app.db.write(insert).unwrap();
        token
    }

    /// Sets the clock back.
    pub(super) fn today_again(&self) {
        self.app.forward.store(0, std::sync::atomic::Ordering::Relaxed);
    }

    /// Sends a form with a file of any bytes.
    pub(super) fn send_file(&self, who: &str, path: &str, fields: &[(&str, &str)], file: (&str, &[u8])) -> Answer {
        let mut body = Vec::new();
        for (name, value) in fields {
            let part = format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend(part.into_bytes());
        }
        let (name, bytes) = file;
        let head = format!("--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n");
        body.extend(head.into_bytes());
        body.extend(bytes);
        body.extend(b"\r\n--x--\r\n");
        let request = Request::post(path)
            .header("content-type", "multipart/form-data; boundary=x")
            .header("sec-fetch-site", "same-origin");
        self.send_by(self.token(who), request, body)
    }

    /// Puts into a point's dossier every paper that the default list demands before a launch.
    pub(super) fn fill_dossier(&self, who: &str, point: &str) {
        self.plan_survey(who, point);
        for (n, item) in
            ["survey_report", "submission", "build_plan", "board_decision", "regulation"].into_iter().enumerate()
        {
            let number = format!("{n}/{}", &point[point.len() - 6..]);
            let fields =
                [("item", item), ("paper_number", &number), ("paper_date", "15/06/2026"), ("paper_issuer", "UBND xã")];
            let put = self.post(who, &format!("{point}/dossier/new"), &fields);
            assert_eq!(put.status, 303, "{}", put.body);
        }
    }

    /// Lets the survey plan of a point be approved, on 15/06/2026.
    pub(super) fn plan_survey(&self, who: &str, point: &str) {
        let number = format!("KS/{}", &point[point.len() - 6..]);
        let mut fields = vec![("kind", "survey_planned"), ("on_date", "15/06/2026"), ("paper_number", &number)];
        fields.extend([("paper_date", "15/06/2026"), ("paper_issuer", "UBND xã")]);
        fields.extend(["general", "security", "people", "system", "movement", "gaps"].map(|code| ("headings", code)));
        let step = self.post(who, &format!("{point}/steps/new"), &fields);
        assert_eq!(step.status, 303, "{}", step.body);
    }

    /// The folder of the embedded engine's files.
    pub(super) fn dir(&self) -> &std::path::Path {
        &self.dir
    }

    /// The sessions of the world are used again: on a slow machine a long story must not lock them for the next.
    pub(super) fn wake(&self) {
        let now = self.app.moment().now;
        for (_, token) in &self.tokens {
            let id = actions::token_hash(token);
            self.app.db.write(|tx| store::touch_session(tx, &id, &now)).unwrap();
        }
    }

    /// One cell of the database, as text.
    pub(super) fn cell(&self, sql: &str) -> String {
        self.app.read(|work| Ok(work.first(sql, &[])?.unwrap().text_or_null(0).unwrap_or_default())).unwrap()
    }
}

fn file_body(file_name: &str, text: &str) -> String {
    format!("--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{file_name}\"\r\n\r\n{text}\r\n--x--\r\n")
}

fn setting() -> Setting {
    Setting {
        issuer: sso::ISSUER.to_owned(),
        client: sso::CLIENT.to_owned(),
        secret: Some(sso::SECRET.to_owned()),
        name: "SSO Phú Thọ".to_owned(),
        acr: None,
        amr: vec!["mfa".to_owned()],
    }
}

impl Drop for World {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.dir);
    }
}

/// PostgreSQL makes databases outside transactions only; a batch of one statement is outside.
fn create_database(server: &mut ::store::Db, name: &str) {
    server
        .outside(&format!("create database {name} template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C'"))
        .unwrap();
}
