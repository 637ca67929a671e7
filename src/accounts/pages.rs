//! The accounts of a province, for its administrator.

use askama::Template;

use crate::accounts::store;
use crate::error::Result;
use crate::permissions::Verb;
use crate::places::store as places;
use crate::web::ask::Ask;
use crate::web::reply::Reply;
use crate::web::shell::Shell;
use crate::work::Work;

#[derive(Template)]
#[template(path = "accounts/views/list.html")]
struct List {
    s: Shell,
    lines: Vec<Line>,
}

struct Line {
    user_name: String,
    name: String,
    role: String,
    place: String,
    disabled: bool,
}

/// Who may sign in, as what, where; only accounts whose places are within reach.
pub fn list(work: &mut Work, ask: &Ask) -> Result<Reply> {
    let today = work.today();
    let mut lines = Vec::new();
    for account in store::all(work.tx)? {
        for grant in store::grants(work.tx, &account.id, &today)? {
            if !work.reaches(Verb::ManageAccounts, &grant.place_id)? {
                continue;
            }
            lines.push(Line {
                user_name: account.user_name.clone(),
                name: account.name.clone(),
                role: grant.role.code().to_owned(),
                place: places::by_id(work, &grant.place_id)?.name,
                disabled: account.disabled_on.is_some(),
            });
        }
    }
    let s = Shell::new(work, ask, "accounts", ask.words().t("nav-accounts"));
    Reply::html(&List { s, lines })
}
