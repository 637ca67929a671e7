//! Serving the pages and the API.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use clap::Args;
use tokio::net::TcpListener;

use crate::accounts::actions::Idle;
use crate::accounts::store;
use crate::cli::keep::{DEMO_ACCOUNTS, DEMO_PASSWORD};
use crate::cli::{Where, say};
use crate::error::Result;
use crate::permissions::Role;
use crate::web::metrics::Metrics;
use crate::web::serve::{counts, router};
use crate::words::{Lang, words};

#[derive(Args)]
pub struct Serve {
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Minutes without a request after which a session is locked.
    #[arg(long, default_value_t = Idle::default().minutes)]
    idle: i64,
    /// The same for administrators.
    #[arg(long, default_value_t = Idle::default().administrator_minutes)]
    idle_administrator: i64,
    /// Days without use after which an account is refused until an administrator lets it in again; 0 for never.
    #[arg(long, default_value_t = Idle::default().account_days)]
    unused_days: i64,
    /// Roles that must set the second step of signing in, such as `administrator,leader`.
    #[arg(long, value_delimiter = ',', value_parser = role)]
    second_step: Vec<Role>,
    /// An address of its own where Prometheus finds what was counted, at `/metrics`.
    #[arg(long)]
    metrics: Option<SocketAddr>,
    /// The address of the proxy in front, whose X-Forwarded-For and X-Forwarded-Proto are believed.
    #[arg(long)]
    proxy: Option<IpAddr>,
}

fn role(code: &str) -> std::result::Result<Role, String> {
    Role::from_code(code).ok_or_else(|| Role::ALL.map(Role::code).join(" "))
}

/// Logs go to standard error; `DIEMSANG_LOG` narrows them.
pub fn start_log() {
    let filter =
        tracing_subscriber::EnvFilter::try_from_env("DIEMSANG_LOG").unwrap_or_else(|_| "warn,diemsang=info".into());
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
}

impl Serve {
    /// Serves until it is told to stop.
    pub fn run(&self, place: &Where) -> Result<()> {
        let mut app = place.open()?;
        app.idle =
            Idle { minutes: self.idle, administrator_minutes: self.idle_administrator, account_days: self.unused_days };
        app.proxy = self.proxy;
        app.second_step_roles.clone_from(&self.second_step);
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
        let counted = self.metrics.map(|listen| (listen, Arc::new(Metrics::default())));
        runtime.block_on(async move {
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
        })
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
