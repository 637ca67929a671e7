//! Stories: the programme's rules told through the router and the command line's own functions, on the
//! sample province, on the embedded engine and on PostgreSQL (where `DIEMSANG_TEST_POSTGRES` names one).
//! The world is made once an engine, because the country and the province take seconds to make.

mod areas;
mod dates;
mod device;
mod dossier;
mod erased;
mod fit;
mod groupings;
mod guard;
mod kits;
mod life;
mod lineage;
mod memory;
mod people;
mod policy;
mod provider;
mod reach;
mod register;
mod reorganisations;
mod reviews;
mod rights;
mod sso;
mod states;
mod switch;
mod texts;
mod walk;
mod ways;
mod world;

use world::World;

type Story = fn(&World);

/// Every story, in an order in which the ones that write come last.
const STORIES: &[(&str, Story)] = &[
    ("the conference figures are the published ones", register::the_conference_figures_are_the_published_ones),
    ("a number and its rows agree", register::a_number_and_its_rows_agree),
    ("a total is the same on every map", register::a_total_is_the_same_on_every_map),
    ("a list is as long on every map", dates::a_list_is_as_long_on_every_map),
    ("whoever looks at a day goes on looking at it", dates::whoever_looks_at_a_day_goes_on_looking_at_it),
    ("what needs attention is of today", dates::what_needs_attention_is_of_today),
    ("a figure proves itself against the present map", dates::a_figure_proves_itself_against_the_present_map),
    ("every figure is told by group and opens its rows", groupings::every_figure_is_told_by_group_and_opens_its_rows),
    ("a unit goes to another group from a day on", groupings::a_unit_goes_to_another_group_from_a_day_on),
    ("a grouping refuses what makes no sense", groupings::a_grouping_refuses_what_makes_no_sense),
    ("a control character in an address is no fault", reach::a_control_character_in_an_address_is_no_fault),
    ("a stranger sees only sign-in", reach::a_stranger_sees_only_sign_in),
    ("no page breaks for any role", reach::no_page_breaks_for_any_role),
    ("an officer sees nothing of another commune", reach::an_officer_sees_nothing_of_another_commune),
    ("an officer may not do what the matrix denies", reach::an_officer_may_not_do_what_the_matrix_denies),
    ("a foreign form is not taken", reach::a_foreign_form_is_not_taken),
    ("an export comes back unchanged", register::an_export_comes_back_unchanged),
    ("a point lives from proposal to ending", register::a_point_lives_from_proposal_to_ending),
    ("a point moves with its figures from that day on", register::a_point_moves_with_its_figures_from_that_day_on),
    ("a list is applied and undone", register::a_list_is_applied_and_undone),
    ("a list of residential areas is applied and undone", areas::a_list_of_residential_areas_is_applied_and_undone),
    ("a list says what its rows say", register::a_list_says_what_its_rows_say),
    ("a name that no index holds is refused", register::a_name_that_no_index_holds_is_refused),
    ("a form sent twice makes one point", register::a_form_sent_twice_makes_one_point),
    ("a step sent twice is taken once", register::a_step_sent_twice_is_taken_once),
    ("a dossier keeps papers and their files", dossier::a_dossier_keeps_papers_and_their_files),
    ("a picture loses what the camera wrote", dossier::a_picture_loses_what_the_camera_wrote),
    ("a survey is reported on after its plan", dossier::a_survey_is_reported_on_after_its_plan),
    ("a province goes by its own list", dossier::a_province_goes_by_its_own_list),
    ("a paper is taken out with a reason", dossier::a_paper_is_taken_out_with_a_reason),
    ("an activity is counted once", life::an_activity_is_counted_once),
    ("a month's total holds its single activities", life::a_months_total_holds_its_single_activities),
    ("a point without activity is told with its reason", life::a_point_without_activity_is_told_with_its_reason),
    ("a grid of months shows the empty ones", life::a_grid_of_months_shows_the_empty_ones),
    ("a rule shows its effect before it is saved", life::a_rule_shows_its_effect_before_it_is_saved),
    ("a kit says the least of its points", life::a_kit_says_the_least_of_its_points),
    ("equipment and money are kept and counted", life::equipment_and_money_are_kept_and_counted),
    ("a review ends with figures that equal its rows", reviews::a_review_ends_with_figures_that_equal_its_rows),
    ("many points are decided alike after a preview", reviews::many_points_are_decided_alike_after_a_preview),
    ("a replicated point says where it comes from", lineage::a_replicated_point_says_where_it_comes_from),
    ("what was adapted says why", lineage::what_was_adapted_says_why),
    ("ten questions are asked before replicating", lineage::ten_questions_are_asked_before_replicating),
    ("an answer stays with the question it was given to", lineage::an_answer_stays_with_the_question_it_was_given_to),
    ("a scheme's spread is a tree through time", lineage::a_schemes_spread_is_a_tree_through_time),
    ("a spread shows nothing beyond one's reach", lineage::a_spread_shows_nothing_beyond_ones_reach),
    ("a province words its own list", fit::a_province_words_its_own_list),
    ("a place bears a trait from a day on", fit::a_place_bears_a_trait_from_a_day_on),
    ("what works on ground like this is told by its rows", fit::what_works_on_ground_like_this_is_told_by_its_rows),
    ("a scheme tells where it is still missing", fit::a_scheme_tells_where_it_is_still_missing),
    ("a kit nobody published is a draft", kits::a_kit_nobody_published_is_a_draft),
    ("a kit has versions and papers to fill in", kits::a_kit_has_versions_and_papers_to_fill_in),
    ("a point fills in the papers of its kit", kits::a_point_fills_in_the_papers_of_its_kit),
    ("a name that is near is proposed and never taken", kits::a_name_that_is_near_is_proposed_and_never_taken),
    ("what the ministry spread bears its paper", kits::what_the_ministry_spread_bears_its_paper),
    ("a name or a mark is taken back with its reason", kits::a_name_or_a_mark_is_taken_back_with_its_reason),
    ("a model is added to the catalogue", kits::a_model_is_added_to_the_catalogue),
    ("no course of steps gets round the papers", states::no_course_of_steps_gets_round_the_papers),
    ("the checks find what was planted", life::the_checks_find_what_was_planted),
    ("who saves second is told", register::who_saves_second_is_told),
    ("a new account changes its password first", rights::a_new_account_changes_its_password_first),
    ("an acting grant ends by itself", rights::an_acting_grant_ends_by_itself),
    ("a grant follows its commune through the reform", rights::a_grant_follows_its_commune_through_the_reform),
    ("an administrator keeps to the own places", rights::an_administrator_keeps_to_the_own_places),
    ("a session left alone is locked", rights::a_session_left_alone_is_locked),
    ("only who audits reads the journal", rights::only_who_audits_reads_the_journal),
    ("a phone guards an account", guard::a_phone_guards_an_account),
    ("a printed code lets in once", guard::a_printed_code_lets_in_once),
    ("a key does no more than it was made for", guard::a_key_does_no_more_than_it_was_made_for),
    ("an account left unused is refused", guard::an_account_left_unused_is_refused),
    (
        "a commune with much in it is merged while others work",
        reorganisations::a_full_commune_is_merged_while_others_work,
    ),
    ("a divided commune is allocated and taken back", reorganisations::a_divided_commune_is_allocated_and_taken_back),
    (
        "hamlets of one name are told apart by their former communes",
        reorganisations::hamlets_of_one_name_are_told_apart_by_their_former_communes,
    ),
    ("hamlets are regrouped by their commune", reorganisations::hamlets_are_regrouped_by_their_commune),
    (
        "a record that was wrong is corrected and its figures are told",
        reorganisations::a_record_that_was_wrong_is_corrected_and_its_figures_are_told,
    ),
    ("a passkey is both steps", ways::a_passkey_is_both_steps),
    ("a passkey is taken once and from its place", ways::a_passkey_is_taken_once_and_from_its_place),
    ("a passkey is the second step of its account", ways::a_passkey_is_the_second_step_of_its_account),
    ("who asks too often waits alone", ways::who_asks_too_often_waits_alone),
    ("a provider says who has come", provider::a_provider_says_who_has_come),
    ("a wrong answer of a provider opens nothing", provider::a_wrong_answer_of_a_provider_opens_nothing),
    (
        "who comes by a provider still shows the second step",
        provider::who_comes_by_a_provider_still_shows_the_second_step,
    ),
    ("an administrator links and unlinks", provider::an_administrator_links_and_unlinks),
    ("a province sets its own rules", policy::a_province_sets_its_own_rules),
    ("a role shows the second step that is demanded", policy::a_role_shows_the_second_step_that_is_demanded),
    ("a password may be shorter with a second step", policy::a_password_may_be_shorter_with_a_second_step),
    ("people share a computer", switch::people_share_a_computer),
    ("what was typed outlives a locked session", switch::what_was_typed_outlives_a_locked_session),
    ("a session ends by its owner and with its account", rights::a_session_ends_by_its_owner_and_with_its_account),
    ("every account is reviewed each quarter", rights::every_account_is_reviewed_each_quarter),
    ("a list still says what its rows say", register::a_list_says_what_its_rows_say),
    ("every route does what the table of rights says", walk::every_route_does_what_the_table_of_rights_says),
    ("what may not be read is shown nowhere", walk::what_may_not_be_read_is_shown_nowhere),
    (
        "a campaign of 400 points in 148 communes ends with its figures",
        reviews::a_campaign_of_400_points_in_148_communes_ends_with_its_figures,
    ),
    ("two names become one after the effect was told", kits::two_names_become_one_after_the_effect_was_told),
    ("names that were merged are parted again", kits::names_that_were_merged_are_parted_again),
    ("history tells a layman what changed", people::history_tells_a_layman_what_changed),
    ("consent is given and withdrawn, never presumed", people::consent_is_given_and_withdrawn_never_presumed),
    ("a request runs by the clock of the law", people::a_request_runs_by_the_clock_of_the_law),
    ("a record that the law keeps is withheld instead", people::a_record_that_the_law_keeps_is_withheld_instead),
    ("a copy holds everything and is noted", people::a_copy_holds_everything_and_is_noted),
    (
        "looking is noted once a day and makes no figure old",
        people::looking_is_noted_once_a_day_and_makes_no_figure_old,
    ),
    ("what cannot be noted is not shown", people::what_cannot_be_noted_is_not_shown),
    ("a register from before adopts its people", people::a_register_from_before_adopts_its_people),
    ("an incident is told within its hours", people::an_incident_is_told_within_its_hours),
    ("someone who asks is erased without a trace", erased::someone_who_asks_is_erased_without_a_trace),
    ("what is over is listed before it is erased", people::what_is_over_is_listed_before_it_is_erased),
    ("a text that was altered or burnt by hand is named", people::a_text_that_was_altered_or_burnt_by_hand_is_named),
    ("the journal holds nothing that people wrote", people::the_journal_holds_nothing_that_people_wrote),
    ("the database itself keeps the journal", memory::the_database_itself_keeps_the_journal),
    ("the journal tells when it was altered", memory::the_journal_tells_when_it_was_altered),
];

/// `DIEMSANG_STORIES=word,word` tells only those whose names hold one of the words.
fn tell_all(world: &World) {
    let words = std::env::var("DIEMSANG_STORIES").unwrap_or_default();
    let wanted = |name: &str| words.split(',').any(|word| name.contains(word));
    for (name, story) in STORIES.iter().filter(|(name, _)| wanted(name)) {
        eprintln!("story: {name}");
        world.wake();
        story(world);
    }
}

#[test]
fn stories_on_the_embedded_engine() {
    tell_all(&World::embedded());
}

#[test]
fn stories_on_postgres() {
    match World::postgres() {
        Some(world) => tell_all(&world),
        None => eprintln!("DIEMSANG_TEST_POSTGRES is not set: told on the embedded engine only"),
    }
}
