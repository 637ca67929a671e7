//! Serving the pages and the API.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use clap::Args;
use tokio::net::TcpListener;

use crate::accounts::origin::Origin;
use crate::accounts::policy::Flags;
use crate::accounts::store;
use crate::app::USUAL;
use crate::cli::keep::{DEMO_ACCOUNTS, DEMO_PASSWORD};
use crate::cli::oidc::Oidc;
use crate::cli::{Where, say};
use crate::error::Result;
use crate::permissions::Role;
use crate::web::metrics::Metrics;
use crate::web::serve::{counts, router};
use crate::words::{Lang, words};

#[derive(Args)]
pub struct Serve {
    #[arg(long, default_value_t = USUAL)]
    listen: SocketAddr,
    /// Minutes without a request after which a session is locked, over what provinces have set.
    #[arg(long)]
    idle: Option<i64>,
    /// The same for administrators.
    #[arg(long)]
    idle_administrator: Option<i64>,
    /// Days without use after which an account is refused until an administrator lets it in again, over what
    /// provinces have set; 0 for never.
    #[arg(long)]
    unused_days: Option<i64>,
    /// Roles that must show a second step of signing in, over what provinces have set: such as
    /// `administrator,leader`, or `none`.
    #[arg(long, value_delimiter = ',', value_parser = role)]
    second_step: Option<Vec<Told>>,
    /// The address under which people reach the program, such as `https://diemsang.tinh.gov.vn`. Passkeys belong to
    /// it; without it they can be used on this machine alone, at localhost.
    #[arg(long, value_parser = origin)]
    origin: Option<Origin>,
    #[command(flatten)]
    oidc: Oidc,
    /// An address of its own where Prometheus finds what was counted, at `/metrics`.
    #[arg(long)]
    metrics: Option<SocketAddr>,
    /// The address of the proxy in front, whose X-Forwarded-For and X-Forwarded-Proto are believed.
    #[arg(long)]
    proxy: Option<IpAddr>,
}

/// A role, or nobody.
#[derive(Clone, Copy)]
enum Told {
    Role(Role),
    Nobody,
}

fn role(code: &str) -> std::result::Result<Told, String> {
    match Role::from_code(code) {
        Some(role) => Ok(Told::Role(role)),
        None if code == "none" => Ok(Told::Nobody),
        None => Err(format!("none {}", Role::ALL.map(Role::code).join(" "))),
    }
}

fn origin(text: &str) -> std::result::Result<Origin, String> {
    Origin::parse(text).ok_or_else(|| words(Lang::Vi).t("cli-origin-unfit").to_owned())
}

/// Logs go to standard error; `DIEMSANG_LOG` narrows them.
pub fn start_log() {
    let filter =
        tracing_subscriber::EnvFilter::try_from_env("DIEMSANG_LOG").unwrap_or_else(|_| "warn,diemsang=info".into());
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
}

impl Serve {
    fn flags(&self) -> Flags {
        let roles = |all: &Vec<Told>| {
            let roles = all.iter().filter_map(|told| match told {
                Told::Role(role) => Some(*role),
                Told::Nobody => None,
            });
            roles.collect()
        };
        Flags {
            idle_minutes: self.idle,
            administrator_idle_minutes: self.idle_administrator,
            unused_days: self.unused_days,
            second_step: self.second_step.as_ref().map(roles),
            no_passkeys: false,
        }
    }

    /// Serves until it is told to stop.
    pub fn run(&self, place: &Where) -> Result<()> {
        let mut app = place.open()?;
        app.flags = self.flags();
        app.proxy = self.proxy;
        app.reached_at(self.origin.clone().unwrap_or_else(|| Origin::of_listening(self.listen)))?;
        app.provider = self.oidc.provider(&app.origin)?;
        let app = Arc::new(app);
        app.load_country()?;
        if app.is_unscrubbed()? {
            app.scrub(&crate::work::Moment::of_the_clock());
        }
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .max_blocking_threads(16)
            .enable_all()
            .build()
            .map_err(anyhow::Error::new)?;
        let demo = app.db.read(|tx| store::by_user_name(tx, DEMO_ACCOUNTS[0].0))?.is_some();
        let listen = self.listen;
        // The last hand on the database lets go outside the runtime, in which PostgreSQL's client cannot end.
        let held = Arc::clone(&app);
        let counted = self.metrics.map(|listen| (listen, Arc::new(Metrics::default())));
        let served = runtime.block_on(async move {
            let metrics = counted.as_ref().map(|(_, metrics)| Arc::clone(metrics));
            if let Some((listen, metrics)) = counted {
                let listener = TcpListener::bind(listen).await.map_err(anyhow::Error::new)?;
                tokio::spawn(async move { axum::serve(listener, counts(metrics)).await });
            }
            let listener = TcpListener::bind(listen).await.map_err(anyhow::Error::new)?;
            announce(listen, demo);
            let service = router(app, metrics).into_make_service_with_connect_info::<SocketAddr>();
            let served = axum::serve(
                axum::serve::ListenerExt::tap_io(listener, |io| {
                    let _ = io.set_nodelay(true);
                }),
                service,
            );
            served.with_graceful_shutdown(stopped()).await.map_err(anyhow::Error::new)?;
            Ok(())
        });
        drop(runtime);
        drop(held);
        served
    }
}

fn announce(listen: SocketAddr, demo: bool) {
    let w = words(Lang::Vi);
    say(&w.with("cli-serving", format!("http://{listen}")));
    if demo {
        for (user_name, name, _, _) in DEMO_ACCOUNTS {
            say(&format!("  {user_name:<10} {DEMO_PASSWORD}   {name}"));
        }
    }
}

async fn stopped() {
    let interrupt = tokio::signal::ctrl_c();
    let Ok(mut terminate) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) else {
        let _ = interrupt.await;
        return;
    };
    tokio::select! {
        _ = interrupt => {}
        _ = terminate.recv() => {}
    }
}
