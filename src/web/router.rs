//! Every route on one page: how it is asked, which right it needs, who answers.

use crate::accounts::pages as accounts;
use crate::activities::pages as activities;
use crate::app::App;
use crate::catalogue::pages as catalogue;
use crate::checks::pages as checks;
use crate::consents::pages as consents;
use crate::error::{Error, Result};
use crate::exchange::pages as exchange;
use crate::exemplars::pages as exemplars;
use crate::figures::pages as figures;
use crate::fit::pages as fit;
use crate::groupings::pages as groupings;
use crate::heartbeat::pages as heartbeat;
use crate::kits::pages as kits;
use crate::lineage::pages as lineage;
use crate::means::pages as means;
use crate::papers::pages as papers;
use crate::permissions::Verb;
use crate::places::pages as places;
use crate::privacy::incidents::pages as incidents;
use crate::privacy::pages as people;
use crate::privacy::requests::pages as requests;
use crate::privacy::retention::pages as retention;
use crate::privacy::rules::pages as rules;
use crate::reviews::pages as reviews;
use crate::schemes::dossier::pages as dossier;
use crate::schemes::pages as schemes;
use crate::terms::pages as terms;
use crate::web::account as sign_in;
use crate::web::ask::Ask;
use crate::web::reply::Reply;
use crate::web::{
    account_reviews, api, dashboard, journal_page as journal, passkeys, policy, provider, security, switch, tokens,
};
use crate::work::Work;
use crate::workbench::pages as workbench;

/// What one must be to come through.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Need {
    Nothing,
    SignedIn,
    Right(Verb),
}

pub type Reading = fn(&mut Work, &Ask) -> Result<Reply>;
pub type Storing = fn(&App, &mut Work, &Ask) -> Result<Reply>;
pub type Again = fn(&mut Work, &Ask, &Error) -> Result<Reply>;

/// Who answers. A write that is refused is answered by its form again, with what was typed.
#[derive(Clone, Copy)]
pub enum Answer {
    Read(Reading),
    /// A reading that may keep its answer in the application.
    Kept(fn(&App, &mut Work, &Ask) -> Result<Reply>),
    Write(Reading, Again),
    /// A write that keeps a file as well.
    Store(Storing, Again),
    Own(fn(&App, &Ask) -> Result<Reply>),
}

#[derive(Clone, Copy)]
pub struct Route {
    pub method: &'static str,
    pub path: &'static str,
    pub need: Need,
    pub answer: Answer,
}

const fn get(path: &'static str, verb: Verb, read: Reading) -> Route {
    Route { method: "GET", path, need: Need::Right(verb), answer: Answer::Read(read) }
}

const fn kept(path: &'static str, verb: Verb, read: fn(&App, &mut Work, &Ask) -> Result<Reply>) -> Route {
    Route { method: "GET", path, need: Need::Right(verb), answer: Answer::Kept(read) }
}

const fn post(path: &'static str, verb: Verb, write: Reading, again: Again) -> Route {
    Route { method: "POST", path, need: Need::Right(verb), answer: Answer::Write(write, again) }
}

const fn store(path: &'static str, verb: Verb, write: Storing, again: Again) -> Route {
    Route { method: "POST", path, need: Need::Right(verb), answer: Answer::Store(write, again) }
}

const fn own(method: &'static str, path: &'static str, need: Need, answer: fn(&App, &Ask) -> Result<Reply>) -> Route {
    Route { method, path, need, answer: Answer::Own(answer) }
}

pub const ROUTES: &[Route] = &[
    own("GET", "/", Need::SignedIn, sign_in::front),
    own("GET", "/sign-in", Need::Nothing, sign_in::form),
    own("POST", "/sign-in", Need::Nothing, sign_in::enter),
    own("POST", "/sign-out", Need::SignedIn, sign_in::leave),
    own("POST", "/switch", Need::SignedIn, switch::lock),
    own("POST", "/sign-in/forget", Need::Nothing, switch::forget),
    own("GET", "/password", Need::SignedIn, sign_in::password_form),
    own("POST", "/password", Need::SignedIn, sign_in::change_password),
    own("GET", "/sign-in/second-step", Need::Nothing, security::code_form),
    own("POST", "/sign-in/second-step", Need::Nothing, security::take_code),
    own("GET", "/recovery", Need::Nothing, security::recovery_form),
    own("POST", "/recovery", Need::Nothing, security::recover),
    own("GET", "/security", Need::SignedIn, security::show),
    own("POST", "/security/second-step", Need::SignedIn, security::set),
    own("POST", "/security/second-step-end", Need::SignedIn, security::end),
    own("POST", "/security/recovery-codes", Need::SignedIn, security::new_codes),
    own("POST", "/sign-in/passkey/challenge", Need::Nothing, passkeys::ask_sign_in),
    own("POST", "/sign-in/passkey", Need::Nothing, passkeys::sign_in),
    own("POST", "/sign-in/second-step/passkey/challenge", Need::Nothing, passkeys::ask_second),
    own("POST", "/sign-in/second-step/passkey", Need::Nothing, passkeys::second),
    own("GET", "/sign-in/provider", Need::Nothing, provider::begin),
    own("GET", "/sign-in/provider/back", Need::Nothing, provider::back),
    own("GET", "/signed-out", Need::Nothing, provider::left),
    own("POST", "/security/provider", Need::SignedIn, provider::begin_link),
    own("POST", "/security/provider-end", Need::SignedIn, provider::unlink),
    own("POST", "/security/passkey/challenge", Need::SignedIn, passkeys::ask_new),
    own("POST", "/security/passkey", Need::SignedIn, passkeys::add),
    own("POST", "/security/passkey-end", Need::SignedIn, passkeys::end),
    own("GET", "/ping", Need::Nothing, sign_in::ping),
    own("GET", "/ready", Need::Nothing, sign_in::ready),
    kept("/dashboard", Verb::ReadFigure, dashboard::show),
    get("/search", Verb::ReadPlace, places::search),
    get("/places", Verb::ReadPlace, places::tree),
    get("/places/{id}", Verb::ReadPlace, places::show),
    get("/places/{id}/allocation", Verb::DraftReorganisation, workbench::allocation),
    post("/places/{id}/allocation", Verb::DraftReorganisation, workbench::allocate, workbench::allocation_again),
    get("/places/{id}/correction", Verb::CorrectPlace, workbench::correction),
    post("/places/{id}/correction", Verb::CorrectPlace, workbench::correct, workbench::correction_again),
    get("/places/{id}/fit", Verb::ReadPlace, fit::place),
    post("/places/{id}/traits", Verb::KeepTraits, fit::put, fit::place_again),
    post("/places/{id}/traits/end", Verb::KeepTraits, fit::end, fit::place_again),
    get("/reorganisations", Verb::ReadPoint, workbench::list),
    get("/reorganisations/new", Verb::DraftReorganisation, workbench::new),
    post("/reorganisations/new", Verb::DraftReorganisation, workbench::draft, workbench::new_again),
    get("/reorganisations/{id}", Verb::ReadPoint, workbench::show),
    post("/reorganisations/{id}/lines", Verb::DraftReorganisation, workbench::edit, workbench::show_again),
    post("/reorganisations/{id}/dropping", Verb::DraftReorganisation, workbench::lay_aside, workbench::show_again),
    post("/reorganisations/{id}/signature", Verb::SignReorganisation, workbench::sign, workbench::show_again),
    post("/reorganisations/{id}/reversal", Verb::SignReorganisation, workbench::reverse, workbench::show_again),
    get("/groupings", Verb::ReadFigure, groupings::list),
    get("/groupings/new", Verb::KeepRules, groupings::new),
    post("/groupings/new", Verb::KeepRules, groupings::add, groupings::new_again),
    get("/groupings/{id}", Verb::ReadFigure, groupings::show),
    get("/groupings/{id}/edit", Verb::KeepRules, groupings::edit),
    post("/groupings/{id}/edit", Verb::KeepRules, groupings::save, groupings::edit_again),
    get("/groupings/{id}/members", Verb::KeepRules, groupings::members),
    post("/groupings/{id}/members", Verb::KeepRules, groupings::assign, groupings::members_again),
    kept("/schemes", Verb::ReadScheme, schemes::catalogue),
    get("/schemes/new", Verb::KeepRules, catalogue::new),
    post("/schemes/new", Verb::KeepRules, catalogue::add, catalogue::new_again),
    kept("/schemes/{slug}", Verb::ReadScheme, schemes::scheme),
    get("/schemes/{slug}/kit", Verb::ReadScheme, kits::show),
    post("/schemes/{slug}/kit", Verb::KeepRules, kits::begin_version, kits::show_again),
    get("/schemes/{slug}/kit/{document}", Verb::ReadScheme, kits::paper),
    get("/schemes/{slug}/names", Verb::KeepRules, catalogue::names),
    post("/schemes/{slug}/aliases", Verb::KeepRules, catalogue::add_alias, catalogue::names_again),
    post("/schemes/{slug}/aliases/end", Verb::KeepRules, catalogue::remove_alias, catalogue::names_again),
    post("/schemes/{slug}/merger", Verb::KeepRules, catalogue::merge, catalogue::names_again),
    post("/schemes/{slug}/merger/end", Verb::KeepRules, catalogue::part, catalogue::names_again),
    post("/schemes/{slug}/spread", Verb::KeepRules, catalogue::mark_spread, catalogue::names_again),
    post("/schemes/{slug}/spread/end", Verb::KeepRules, catalogue::withdraw_spread, catalogue::names_again),
    get("/schemes/{slug}/fit", Verb::ReadPoint, fit::scheme),
    post("/schemes/{slug}/traits", Verb::KeepRules, fit::set_of_scheme, fit::scheme_again),
    kept("/points", Verb::ReadPoint, schemes::points),
    get("/points/new", Verb::AddPoint, schemes::new_point),
    post("/points/new", Verb::AddPoint, schemes::add_point, schemes::new_point_again),
    get("/points/{id}", Verb::ReadPoint, schemes::point),
    get("/points/{id}/edit", Verb::EditPoint, schemes::edit_point),
    post("/points/{id}/edit", Verb::EditPoint, schemes::save_point, schemes::edit_point_again),
    get("/points/{id}/steps/new", Verb::StepPoint, schemes::new_step),
    post("/points/{id}/steps/new", Verb::StepPoint, schemes::take_step, schemes::new_step_again),
    get("/points/{id}/teams/new", Verb::KeepTeams, schemes::new_team),
    post("/points/{id}/teams/new", Verb::KeepTeams, schemes::add_team, schemes::new_team_again),
    get("/points/{id}/dossier", Verb::ReadPoint, dossier::show),
    get("/points/{id}/dossier/new", Verb::KeepPapers, dossier::new_paper),
    store("/points/{id}/dossier/new", Verb::KeepPapers, dossier::put, dossier::new_paper_again),
    store("/points/{id}/dossier/file", Verb::KeepPapers, dossier::attach, dossier::show_again),
    post("/points/{id}/dossier/withdrawal", Verb::KeepPapers, dossier::withdraw, dossier::show_again),
    get("/dossier-items", Verb::ReadScheme, dossier::items),
    post("/dossier-items", Verb::KeepRules, dossier::save_item, dossier::items_again),
    post("/dossier-items/end", Verb::KeepRules, dossier::end_item, dossier::items_again),
    get("/terms/{list}", Verb::ReadScheme, terms::show),
    post("/terms/{list}", Verb::KeepRules, terms::save, terms::show_again),
    post("/terms/{list}/end", Verb::KeepRules, terms::end, terms::show_again),
    get("/points/{id}/activities", Verb::ReadPoint, activities::log),
    get("/points/{id}/activities/new", Verb::KeepActivities, activities::new),
    store("/points/{id}/activities/new", Verb::KeepActivities, activities::record, activities::new_again),
    get("/points/{id}/activities/month", Verb::KeepActivities, activities::month),
    post("/points/{id}/activities/month", Verb::KeepActivities, activities::state_month, activities::month_again),
    post("/points/{id}/activities/withdrawal", Verb::KeepActivities, activities::withdraw, activities::log_again),
    get("/points/{id}/means", Verb::ReadPoint, means::show),
    post("/points/{id}/means/equipment", Verb::KeepActivities, means::keep_equipment, means::show_again),
    post("/points/{id}/means/money", Verb::KeepActivities, means::enter_money, means::show_again),
    post("/points/{id}/means/disclosure", Verb::KeepActivities, means::disclose, means::show_again),
    post("/points/{id}/means/withdrawal", Verb::KeepActivities, means::withdraw_money, means::show_again),
    get("/schemes/{slug}/lineage", Verb::ReadPoint, lineage::spread),
    get("/points/{id}/lineage", Verb::ReadPoint, lineage::show),
    post("/points/{id}/lineage/origin", Verb::EditPoint, lineage::set_origin, lineage::show_again),
    post("/points/{id}/lineage/adaptations", Verb::EditPoint, lineage::tell_adaptations, lineage::show_again),
    post("/points/{id}/lineage/readiness", Verb::EditPoint, lineage::answer, lineage::show_again),
    get("/activities", Verb::ReadPoint, activities::list),
    kept("/photos/{id}", Verb::ReadPoint, activities::photo),
    get("/heartbeat", Verb::ReadPoint, heartbeat::list),
    post("/heartbeat/opinions", Verb::KeepActivities, heartbeat::give_opinion, heartbeat::list_again),
    get("/heartbeat/months", Verb::ReadPoint, heartbeat::months),
    get("/heartbeat/rules", Verb::ReadScheme, heartbeat::rules),
    get("/heartbeat/rules/preview", Verb::KeepRules, heartbeat::preview),
    post("/heartbeat/rules", Verb::KeepRules, heartbeat::save_rule, heartbeat::rules_again),
    get("/checks", Verb::ReadPoint, checks::show),
    get("/reviews", Verb::ReadPoint, reviews::list),
    post("/reviews", Verb::OpenReview, reviews::open, reviews::list_again),
    get("/reviews/{id}", Verb::ReadPoint, reviews::show),
    get("/reviews/{id}/decision", Verb::StepPoint, reviews::decision),
    post("/reviews/{id}/decision", Verb::StepPoint, reviews::decide, reviews::decision_again),
    get("/reviews/{id}/preview", Verb::StepPoint, reviews::preview),
    post("/reviews/{id}/decisions", Verb::StepPoint, reviews::decide_many, reviews::preview_again),
    post("/reviews/{id}/closing", Verb::OpenReview, reviews::close, reviews::show_again),
    get("/lessons", Verb::ReadPoint, reviews::lessons_page),
    get("/papers", Verb::ReadPoint, papers::list),
    get("/papers/{id}", Verb::ReadPoint, papers::show),
    kept("/files/{id}", Verb::ReadPoint, papers::file),
    get("/exemplars", Verb::ReadExemplar, exemplars::list),
    get("/exemplars/new", Verb::AddExemplar, exemplars::new),
    post("/exemplars/new", Verb::AddExemplar, exemplars::add, exemplars::new_again),
    get("/exemplars/{id}", Verb::ReadExemplar, exemplars::show),
    get("/exemplars/{id}/withdrawal", Verb::WithdrawExemplar, exemplars::withdrawal),
    post("/exemplars/{id}/withdrawal", Verb::WithdrawExemplar, exemplars::withdraw, exemplars::withdrawal_again),
    get("/commendations", Verb::ReadExemplar, exemplars::commendations),
    get("/commendations/{id}", Verb::ReadExemplar, exemplars::commendation),
    kept("/figures", Verb::ReadFigure, figures::list),
    kept("/figures/{code}", Verb::ReadFigure, figures::show),
    kept("/figures/{code}/rows", Verb::ReadPoint, figures::rows),
    get("/import", Verb::Import, exchange::form),
    post("/import", Verb::Import, exchange::check, exchange::form_again),
    get("/import/{id}", Verb::Import, exchange::checked),
    post("/import/{id}/apply", Verb::Import, exchange::apply, exchange::checked_again),
    post("/import/{id}/undo", Verb::Import, exchange::undo, exchange::checked_again),
    kept("/accounts", Verb::ReadAccounts, accounts::list),
    get("/accounts/new", Verb::ManageAccounts, accounts::new),
    post("/accounts/new", Verb::ManageAccounts, accounts::add, accounts::new_again),
    get("/accounts/reviews", Verb::ReadAccounts, account_reviews::show),
    post("/accounts/reviews", Verb::ManageAccounts, account_reviews::review, account_reviews::show_again),
    get("/accounts/{id}", Verb::ReadAccounts, accounts::show),
    post("/accounts/{id}/grants", Verb::ManageAccounts, accounts::grant, accounts::show_again),
    post("/accounts/{id}/grant-end", Verb::ManageAccounts, accounts::end_grant, accounts::show_again),
    post("/accounts/{id}/disabling", Verb::ManageAccounts, accounts::disable, accounts::show_again),
    post("/accounts/{id}/password", Verb::ManageAccounts, accounts::reset_password, accounts::show_again),
    post("/accounts/{id}/second-step-end", Verb::ManageAccounts, accounts::end_second_step, accounts::show_again),
    post("/accounts/{id}/provider-link", Verb::ManageAccounts, accounts::link_provider, accounts::show_again),
    post("/accounts/{id}/provider-end", Verb::ManageAccounts, accounts::unlink_provider, accounts::show_again),
    post("/accounts/{id}/session-end", Verb::ManageAccounts, accounts::revoke_session, accounts::show_again),
    get("/policy", Verb::ReadAccounts, policy::show),
    post("/policy", Verb::SetPolicy, policy::set, policy::show_again),
    get("/rights", Verb::ReadAccounts, accounts::rights),
    get("/journal", Verb::ReadJournal, journal::list),
    get("/journal/anchors", Verb::ReadJournal, journal::anchors),
    get("/people", Verb::ReadPerson, people::list),
    get("/people/new", Verb::KeepPerson, people::new),
    post("/people/new", Verb::KeepPerson, people::add, people::new_again),
    get("/people/{id}", Verb::ReadPerson, people::show),
    get("/people/{id}/edit", Verb::KeepPerson, people::edit),
    post("/people/{id}/edit", Verb::KeepPerson, people::save, people::edit_again),
    post("/people/{id}/account", Verb::KeepPerson, people::join_account, people::show_again),
    post("/people/{id}/release", Verb::HandleRequests, people::release, people::show_again),
    get("/people/{id}/copy", Verb::HandleRequests, people::copy),
    get("/people/{id}/erasure", Verb::ErasePerson, people::erasure),
    post("/people/{id}/erasure", Verb::ErasePerson, people::erase, people::erasure_again),
    get("/people/{id}/consents/new", Verb::KeepConsent, consents::new),
    post("/people/{id}/consents/new", Verb::KeepConsent, consents::record, consents::new_again),
    post("/people/{id}/consents/withdrawal", Verb::KeepConsent, consents::withdraw, people::show_again),
    get("/requests", Verb::ReadPerson, requests::list),
    get("/requests/new", Verb::HandleRequests, requests::new),
    post("/requests/new", Verb::HandleRequests, requests::add, requests::new_again),
    get("/requests/{id}", Verb::ReadPerson, requests::show),
    post("/requests/{id}/steps", Verb::HandleRequests, requests::step, requests::show_again),
    get("/incidents", Verb::ReadPerson, incidents::list),
    get("/incidents/new", Verb::HandleRequests, incidents::new),
    post("/incidents/new", Verb::HandleRequests, incidents::add, incidents::new_again),
    get("/incidents/{id}", Verb::ReadPerson, incidents::show),
    post("/incidents/{id}/steps", Verb::HandleRequests, incidents::step, incidents::show_again),
    get("/retention", Verb::Retain, retention::show),
    post("/retention", Verb::Retain, retention::erase, retention::show_again),
    get("/rules", Verb::ReadPerson, rules::show),
    post("/rules/periods", Verb::KeepPrivacyRules, rules::set_period, rules::show_again),
    post("/rules/holidays", Verb::KeepPrivacyRules, rules::set_holiday, rules::show_again),
    post("/rules/holidays/removal", Verb::KeepPrivacyRules, rules::remove_holiday, rules::show_again),
    post("/rules/texts", Verb::KeepPrivacyRules, rules::add_text, rules::show_again),
    Route { method: "GET", path: "/tokens", need: Need::SignedIn, answer: Answer::Read(tokens::show) },
    Route {
        method: "POST",
        path: "/tokens",
        need: Need::SignedIn,
        answer: Answer::Write(tokens::make, tokens::show_again),
    },
    Route {
        method: "POST",
        path: "/tokens/end",
        need: Need::SignedIn,
        answer: Answer::Write(tokens::end, tokens::show_again),
    },
    own("GET", "/sessions", Need::SignedIn, sign_in::sessions),
    own("POST", "/sessions/end", Need::SignedIn, sign_in::end_session),
    own("GET", "/api/openapi.json", Need::SignedIn, api::openapi),
    kept("/api/v1/figures", Verb::ReadFigure, api::figures),
    kept("/api/v1/rows/{code}", Verb::ReadPoint, api::rows),
    kept("/api/v1/points", Verb::ReadPoint, api::points),
    get("/api/v1/points/{id}", Verb::ReadPoint, api::point),
    get("/api/v1/places", Verb::ReadPlace, api::places),
    get("/api/v1/schemes", Verb::ReadScheme, api::schemes),
    post("/api/v1/import/points", Verb::Import, exchange::import_by_api, exchange::refused),
    get("/api/v1/export/points", Verb::ReadPoint, exchange::export),
    get("/api/v1/export/areas", Verb::ReadPoint, exchange::export_areas),
    get("/api/v1/search", Verb::ReadPlace, api::search),
];
