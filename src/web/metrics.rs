//! What is counted of requests, for a Prometheus that asks at an address of its own. Labels are routes, never
//! addresses: an address names a record, and nothing about records leaves by this door.

use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use crate::web::router::Route;

/// Upper ends of the classes of durations, in seconds.
const SECONDS: [f64; 9] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2.5, 10.0];

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Answered {
    method: &'static str,
    route: &'static str,
    status: u32,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Asked {
    method: &'static str,
    route: &'static str,
}

pub struct Metrics {
    registry: Registry,
    requests: Family<Answered, Counter>,
    seconds: Family<Asked, Histogram>,
}

impl Default for Metrics {
    fn default() -> Metrics {
        let mut registry = Registry::with_prefix("diemsang");
        let requests = Family::<Answered, Counter>::default();
        let seconds = Family::<Asked, Histogram>::new_with_constructor(|| Histogram::new(SECONDS));
        registry.register("requests", "Requests answered, by route and status", requests.clone());
        let help = "From a request's arrival to its answer";
        registry.register_with_unit("request_duration", help, Unit::Seconds, seconds.clone());
        Metrics { registry, requests, seconds }
    }
}

impl Metrics {
    /// Counts an answer.
    pub fn count(&self, route: &Route, status: u16, took: Duration) {
        let (method, route) = (route.method, route.path);
        self.requests.get_or_create(&Answered { method, route, status: status.into() }).inc();
        self.seconds.get_or_create(&Asked { method, route }).observe(took.as_secs_f64());
    }

    /// Everything counted so far, as text.
    pub fn told(&self) -> String {
        let mut text = String::new();
        if let Err(error) = encode(&mut text, &self.registry) {
            tracing::warn!(%error, "what was counted could not be told");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::router::ROUTES;

    #[test]
    fn an_answer_is_counted_under_its_route() {
        let metrics = Metrics::default();
        let route = ROUTES.iter().find(|route| route.path == "/points/{id}").unwrap();
        metrics.count(route, 404, Duration::from_millis(3));
        let told = metrics.told();
        assert!(
            told.contains(r#"diemsang_requests_total{method="GET",route="/points/{id}",status="404"} 1"#),
            "{told}"
        );
        assert!(
            told.contains(r#"diemsang_request_duration_seconds_count{method="GET",route="/points/{id}"} 1"#),
            "{told}"
        );
    }
}
