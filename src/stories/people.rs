//! Stories of people's data: consented to, asked for, copied, kept no longer than said, and looked at under notice.

use ::store::Engine;

use super::register::NHAN_NGHIA;
use super::world::{Answer, World};
use crate::consents::actions as consents;
use crate::consents::consent::Purpose;
use crate::envelopes;
use crate::error::Result;
use crate::exemplars::actions as exemplars;
use crate::journal;
use crate::work::{Actor, Moment, Work};

pub(super) const PAPER: [(&str, &str); 3] =
    [("paper_number", "7/QĐ-BCĐ"), ("paper_date", "20/09/2026"), ("paper_issuer", "Ban Chỉ đạo tỉnh")];

pub(super) fn today(world: &World, days_ago: i64) -> String {
    let day = world.app.read(|work| Ok(work.moment.today)).unwrap();
    fold::show_date(day.saturating_sub(jiff::Span::new().days(days_ago)))
}

pub(super) fn id_in(answer: &Answer) -> String {
    assert_eq!(answer.status, 303, "{}", answer.body);
    answer.location.rsplit('/').next().unwrap().to_owned()
}

/// Puts an individual on the list and gives the exemplar's id and the person's.
pub(super) fn individual(world: &World, key: &str, name: &str, summary: &str) -> (String, String) {
    let commune = world.cell(NHAN_NGHIA);
    let mut fields = PAPER.to_vec();
    fields.extend([("key", key), ("name", name), ("kind", "individual"), ("summary", summary)]);
    fields.extend([("place", commune.as_str()), ("recognised_on", "01/10/2026")]);
    let exemplar = id_in(&world.post("pv05", "/exemplars/new", &fields));
    let person = world.cell(&format!("select person_id from exemplar where id = '{exemplar}'"));
    (exemplar, person)
}

pub(super) fn request(world: &World, person: &str, kind: &str, content: &str) -> String {
    let day = today(world, 0);
    let fields = [
        ("person", person),
        ("kind", kind),
        ("manner", "in-person"),
        ("received_on", day.as_str()),
        ("content", content),
    ];
    id_in(&world.post("pv05", "/requests/new", &fields))
}

pub(super) fn step(world: &World, request: &str, fields: &[(&str, &str)]) -> Answer {
    let day = today(world, 0);
    let mut all = vec![("on_date", day.as_str())];
    all.extend_from_slice(fields);
    world.post("pv05", &format!("/requests/{request}/steps"), &all)
}

pub(super) fn a_record_that_the_law_keeps_is_withheld_instead(world: &World) {
    let (_, person) = individual(world, "luu-ho-so", "Bạch Văn Lưu Hồ", "");
    let day = today(world, 1);
    let consent = [
        ("purpose", "story"),
        ("parts", "name"),
        ("channels", "portal"),
        ("giver", "self"),
        ("manner", "paper"),
        ("given_on", day.as_str()),
    ];
    assert_eq!(world.post("pv05", &format!("/people/{person}/consents/new"), &consent).status, 303);
    let holds = || {
        world.app.read(|work| {
            let today = work.today();
            consents::holds(work, &person, Purpose::Story, &today)
        })
    };
    assert!(holds().unwrap());
    let asked = request(world, &person, "delete", "");
    assert_eq!(step(world, &asked, &[("kind", "refused")]).status, 422, "a refusal names its ground");
    let refusal =
        [("kind", "refused"), ("ground", "official-record"), ("note", "Quyết định phải lưu"), ("paper", "1/CAT")];
    assert_eq!(step(world, &asked, &refusal).status, 303);
    assert!(!holds().unwrap(), "nothing of the person is public any more");
    let page = world.get("pv05", &format!("/people/{person}")).body;
    assert!(page.contains("Bạch Văn Lưu Hồ") && page.contains("Không công khai từ"));
    let story = world
        .cell(&format!("select count(*) from journal where thing_id = '{person}' and deed = 'person.unpublished'"));
    assert_eq!(story, "1");
    assert_eq!(world.post("pv05", &format!("/people/{person}/release"), &[]).status, 422, "with a reason");
    assert_eq!(world.post("pv05", &format!("/people/{person}/release"), &[("reason", "Đồng ý lại")]).status, 303);
    assert!(holds().unwrap());
}

pub(super) fn consent_is_given_and_withdrawn_never_presumed(world: &World) {
    let (exemplar, person) = individual(world, "dong-y", "Bạch Thị Ưng Thuận", "");
    let form = world.get("pv05", &format!("/people/{person}/consents/new")).body;
    assert!(!form.contains(" checked"), "nothing is ticked beforehand");
    let path = format!("/people/{person}/consents/new");
    let day = today(world, 0);
    assert_eq!(world.post("pv05", &path, &[("given_on", &day)]).status, 422);
    assert_eq!(world.get("nhannghia", &path).status, 403);
    let whole = [
        ("purpose", "story"),
        ("parts", "name"),
        ("parts", "achievements"),
        ("channels", "event"),
        ("giver", "self"),
        ("manner", "paper"),
        ("given_on", day.as_str()),
    ];
    assert!(world.get("pv05", &format!("/exemplars/{exemplar}")).body.contains("Chưa được kể câu chuyện"));
    assert_eq!(world.post("pv05", &path, &whole).status, 303);
    assert_eq!(world.post("pv05", &path, &whole).status, 422, "once is enough");
    assert!(world.get("pv05", &format!("/exemplars/{exemplar}")).body.contains("Được kể câu chuyện công khai"));
    assert!(!world.get("docgia", &format!("/exemplars/{exemplar}")).body.contains("câu chuyện công khai"));
    let early = [("purpose", "story"), ("given_on", "31/12/2025")];
    let mut before_the_text = whole.to_vec();
    before_the_text.retain(|(field, _)| *field != "given_on" && *field != "purpose");
    before_the_text.extend(early);
    let refused = world.post("pv05", &path, &before_the_text);
    assert!(refused.status == 422 && refused.body.contains("chưa có văn bản đồng ý"), "no text was in use then");
    let consent = world.cell(&format!("select id from consent where person_id = '{person}'"));
    let withdrawal = [("consent", consent.as_str()), ("on_date", day.as_str())];
    let other = world.cell(&format!("select id from person where id <> '{person}' and province = '25' limit 1"));
    assert_eq!(world.post("pv05", &format!("/people/{other}/consents/withdrawal"), &withdrawal).status, 404);
    assert_eq!(world.post("pv05", &format!("/people/{person}/consents/withdrawal"), &withdrawal).status, 303);
    assert!(world.get("pv05", &format!("/exemplars/{exemplar}")).body.contains("Chưa được kể câu chuyện"));
    let history = world.get("pv05", &format!("/people/{person}")).body;
    assert!(history.contains("ghi việc rút lại đồng ý"));
}

pub(super) fn a_request_runs_by_the_clock_of_the_law(world: &World) {
    let (_, person) = individual(world, "yeu-cau", "Bạch Văn Hỏi Hạn", "");
    let received = today(world, 30);
    let mut fields = vec![
        ("person", person.as_str()),
        ("kind", "restrict"),
        ("manner", "letter"),
        ("received_on", received.as_str()),
        ("content", "Đề nghị hạn chế"),
        ("key", "han-che"),
    ];
    let asked = id_in(&world.post("pv05", "/requests/new", &fields));
    assert_eq!(id_in(&world.post("pv05", "/requests/new", &fields)), asked, "sent twice, recorded once");
    fields.pop();
    assert_eq!(world.post("pv05", "/requests/new", &fields).status, 422, "it is recorded already");
    assert_eq!(world.get("nhannghia", &format!("/requests/{asked}")).status, 403);
    let page = world.get("pv05", &format!("/requests/{asked}")).body;
    assert!(page.contains("Giải quyết quá hạn") && page.contains("Nghị định 356/2025/NĐ-CP"));
    assert!(page.contains(&today(world, 15)), "15 days after receipt");
    assert!(world.get("pv05", "/requests").body.contains("yêu cầu quá hạn"));
    let more = [("kind", "extended"), ("third_party", "1"), ("note", "Phải hỏi đơn vị khác")];
    assert_eq!(step(world, &asked, &more).status, 303);
    assert!(world.get("pv05", &format!("/requests/{asked}")).body.contains(&today(world, -5)), "and 20 more");
    assert_eq!(step(world, &asked, &more).status, 422, "once");
    assert_eq!(step(world, &asked, &[("kind", "accepted")]).status, 303);
    assert_eq!(step(world, &asked, &[("kind", "done")]).status, 303);
    let restricted = world.cell(&format!("select restricted_on from person where id = '{person}'"));
    assert!(!restricted.is_empty(), "what was accepted is done");
    assert_eq!(step(world, &asked, &[("kind", "refused"), ("ground", "others"), ("note", "x")]).status, 422, "closed");
    let old = [("person", person.as_str()), ("kind", "view"), ("manner", "letter"), ("received_on", "31/12/2025")];
    let refused = world.post("pv05", "/requests/new", &old);
    assert!(refused.status == 422 && refused.body.contains("trước khi luật có hiệu lực"));
}

pub(super) fn a_copy_holds_everything_and_is_noted(world: &World) {
    let (_, person) = individual(world, "ban-sao", "Bạch Thị Sao Chép", "Giữ gìn xóm bình yên");
    let phone = [("version", "1"), ("name", "Bạch Thị Sao Chép"), ("phone", "0999 111 222")];
    assert_eq!(world.post("pv05", &format!("/people/{person}/edit"), &phone).status, 303);
    request(world, &person, "provide", "Xin bản sao");
    world.get("quantri", &format!("/people/{person}"));
    let path = format!("/people/{person}/copy");
    for (who, status) in [("nhannghia", 403), ("docgia", 403), ("pv05", 200)] {
        assert_eq!(world.get(who, &format!("{path}?format=json")).status, status, "{who}");
    }
    let copy = world.get("pv05", &format!("{path}?format=json")).body;
    let told: serde_json::Value = serde_json::from_str(&copy).unwrap();
    for held in ["Bạch Thị Sao Chép", "0999 111 222", "Giữ gìn xóm bình yên", "Xin bản sao", "Cán bộ PV05", "Quản trị"]
    {
        assert!(copy.contains(held), "{held}");
    }
    let came = told["values"].as_array().unwrap().iter().find(|value| value["field"] == "phone").unwrap();
    assert_eq!((came["by"].as_str(), came["origin"].as_str()), (Some("Cán bộ PV05"), Some("page")));
    let sheet = world.get("pv05", &format!("{path}?format=csv")).body;
    assert!(sheet.contains("0999 111 222") && sheet.contains("Điện thoại"));
    let n_taken =
        format!("select cast(count(*) as text) from journal where thing_id = '{person}' and deed = 'person.exported'");
    assert_eq!(world.cell(&n_taken), "3", "every time");
}

pub(super) fn looking_is_noted_once_a_day_and_makes_no_figure_old(world: &World) {
    let (_, person) = individual(world, "xem", "Bạch Văn Được Xem", "");
    let version = || world.cell("select cast(sum(version) as text) from ledger");
    let noted = |deed: &str, thing: &str| {
        let sql = format!(
            "select cast(count(*) as text) from journal where province = '25.read' and deed = '{deed}' and thing_id = '{thing}' \
             and actor = (select id from account where user_name = 'quantri')"
        );
        world.cell(&sql)
    };
    let before = version();
    for _ in 0..3 {
        assert_eq!(world.get("quantri", &format!("/people/{person}")).status, 200);
    }
    assert_eq!(noted("person.read", &person), "1");
    world.get("quantri", "/journal?place=25");
    assert_eq!(noted("journal.read", "25@2025-07-01"), "1", "looking at the journal too");
    let account = world.cell("select id from account where user_name = 'docgia'");
    world.get("quantri", &format!("/accounts/{account}"));
    assert_eq!(noted("account.read", &account), "1");
    assert_eq!(version(), before, "no figure is old because someone looked");
    assert_eq!(world.get("docgia", &format!("/people/{person}")).status, 403);
    assert_eq!(world.get("quantri", "/people/khong-co").status, 404, "what was not shown is not noted");
    let list = world.get("quantri", "/journal?place=25&chain=reads").body;
    assert!(list.contains("Bạch Văn Được Xem") && list.contains("xem hồ sơ cá nhân"));
    let own = world.get("quantri", &format!("/people/{person}")).body;
    assert!(own.contains("Ai đã xem") && own.contains("Quản trị: xem hồ sơ cá nhân"));
    assert!(world.app.db.read(journal::faults).unwrap().is_empty());
}

pub(super) fn what_cannot_be_noted_is_not_shown(world: &World) {
    let (_, person) = individual(world, "khong-ghi", "Bạch Thị Không Ghi", "");
    let broken = match world.app.db.engine() {
        Engine::Sqlite => {
            "create trigger no_readings before insert on journal when new.province like '%.read' begin \
             select raise(abort, 'full'); end"
        }
        Engine::Postgres => {
            "create function no_readings() returns trigger language plpgsql as $$ begin \
             if new.province like '%.read' then raise exception 'full'; end if; return new; end $$; \
             create trigger no_readings before insert on journal for each row execute function no_readings()"
        }
    };
    let script = |sql: &str| world.app.db.write(|tx| -> Result<()> { Ok(tx.script(sql)?) }).unwrap();
    script(broken);
    let answer = world.get("pv05", &format!("/people/{person}"));
    assert!(answer.status == 500 && !answer.body.contains("Bạch Thị Không Ghi"));
    script(match world.app.db.engine() {
        Engine::Sqlite => "drop trigger no_readings",
        Engine::Postgres => "drop trigger no_readings on journal; drop function no_readings()",
    });
    assert_eq!(world.get("pv05", &format!("/people/{person}")).status, 200);
}

pub(super) fn history_tells_a_layman_what_changed(world: &World) {
    let scheme = world.cell("select name from scheme where province = '25' order by sort_key limit 1");
    let list = format!(
        "Mô hình,Xã,Xóm,Ngày ra mắt,QĐ số,Số tổ,Số TV,Số hộ\n\"{scheme}\",Nhân Nghĩa,Xóm Kể Lại,1/2/2026,9/QĐ,1,7,30\n"
    );
    let run = id_in(&world.upload("pv05", "/import?place=25", "ke-lai.csv", &list));
    assert_eq!(world.post("pv05", &format!("/import/{run}/apply"), &[]).status, 303);
    let point = world.cell("select max(id) from point where name like '%Xóm Kể Lại'");
    let version = world.cell(&format!("select cast(version as text) from point where id = '{point}'"));
    let edit =
        [("version", version.as_str()), ("name", "Điểm kể lại"), ("lead", "Hội Nông dân xã"), ("n_households", "1234")];
    assert_eq!(world.post("nhannghia", &format!("/points/{point}/edit"), &edit).status, 303);
    let page = world.get("docgia", &format!("/points/{point}")).body;
    for told in [
        "Nhập từ Excel: ke-lai.csv, dòng 2",
        "<span>Số hộ:</span> <del>30</del> → <ins>1.234</ins>",
        "<ins>Hội Nông dân xã</ins>",
        "Cán bộ xã Nhân Nghĩa",
        "Trang web",
    ] {
        assert!(page.contains(told), "{told}");
    }
    let kept = world.cell(&format!("select body from journal where thing_id = '{point}' and deed = 'point.edited'"));
    assert!(!kept.contains("Nông dân"), "{kept}");
    let own = world.get("quantri", &format!("/journal?thing={point}")).body;
    assert!(own.contains("Hội Nông dân xã") && own.contains("ke-lai.csv"));
    let file = world.get("quantri", &format!("/journal?thing={point}&format=csv")).body;
    let hash = world.cell(&format!("select hash from journal where thing_id = '{point}' and deed = 'point.edited'"));
    assert!(file.contains(&hash), "the file has the chain's hashes");
    assert!(world.get("quantri", "/journal/anchors").body.contains("25 "));
}

pub(super) fn a_text_that_was_altered_or_burnt_by_hand_is_named(world: &World) {
    let faults_after = |sql: &str| {
        let mut told = Vec::new();
        let moment = Moment::of_the_clock();
        let undone = world.app.db.write(|tx| -> Result<()> {
            tx.script(sql)?;
            told = envelopes::faults(&mut Work::new(tx, Actor::command_line(), moment.clone()))?;
            Err(crate::error::Error::NotFound)
        });
        assert!(undone.is_err());
        told
    };
    assert!(world.app.read(envelopes::faults).unwrap().is_empty());
    let (_, person) = individual(world, "sua-tay", "Bạch Văn Sửa Tay", "");
    let (_, other) = individual(world, "sua-tay-2", "Bạch Văn Người Khác", "");
    let named = format!("text {person} 1");
    let tells = |sql: &str| faults_after(sql).iter().any(|fault| fault.ends_with(&named));
    let sealed = world.cell(&format!("select sealed from envelope_text where owner_id = '{person}' and n = 1"));
    let turned = format!("{}{}", if sealed.starts_with('0') { '1' } else { '0' }, &sealed[1..]);
    let row = format!("owner_id = '{person}' and n = 1");
    assert!(tells(&format!("update envelope_text set sealed = '{turned}' where {row}")), "altered");
    assert!(tells(&format!("update envelope_text set field = 'phone' where {row}")), "called otherwise");
    assert!(tells(&format!("delete from envelope_text where {row}")), "gone");
    assert!(
        tells(&format!("update envelope_text set sealed = '', nonce = '', burnt_on = '2026-01-01' where {row}")),
        "burnt"
    );
    let from_other = format!("(select {{}} from envelope_text o where o.owner_id = '{other}' and o.n = 1)");
    let put = format!(
        "update envelope_text set sealed = {}, nonce = {} where {row}",
        from_other.replace("{}", "o.sealed"),
        from_other.replace("{}", "o.nonce")
    );
    assert!(tells(&put), "another's text");
}

pub(super) fn what_is_over_is_listed_before_it_is_erased(world: &World) {
    let old = [
        "insert into sign_in_failure (account_key, address, at, id) values ('khongai', '127.0.0.3', '2020-01-01T00:00:00Z', 'zqsai')",
        "insert into sent_form (account_id, path, key, at, status, location, body) \
         select id, '/points/new', 'zqkhoacu', '2020-01-01T00:00:00Z', 303, '/', '' from account where user_name = 'pv05'",
        "update import_run set at = '2020-01-01T00:00:00Z' where file_name = 'ke-lai.csv'",
    ];
    old.iter().for_each(|sql| {
        world.app.db.write(|tx| -> Result<_> { Ok(tx.execute(sql, &[])?) }).unwrap();
    });
    let (exemplar, person) = individual(world, "het-han", "Zquách Văn Hết Hạn", "");
    let mut withdrawal = PAPER.to_vec();
    withdrawal.extend([("on_date", "02/10/2026"), ("reason", "Thôi")]);
    assert_eq!(world.post("pv05", &format!("/exemplars/{exemplar}/withdrawal"), &withdrawal).status, 303);
    let aged = format!(
        "update exemplar set recognised_on = '2015-01-01', withdrawn_on = '2016-01-01' where id = '{exemplar}'"
    );
    world.app.db.write(|tx| -> Result<_> { Ok(tx.execute(&aged, &[])?) }).unwrap();
    assert_eq!(world.get("pv05", "/retention").status, 403);
    let n = |sql: &str| world.cell(&format!("select cast(count(*) as text) from {sql}"));
    let page = world.get("quantri", "/retention").body;
    assert!(page.contains("Các lần đăng nhập sai") && page.contains("01/01/2020") && page.contains("01/01/2016"));
    assert_eq!(n("sign_in_failure where id = 'zqsai'"), "1", "listing erases nothing");
    assert_eq!(world.post("quantri", "/retention", &[]).status, 422, "it is confirmed");
    assert_eq!(world.post("quantri", "/retention", &[("sure", "1")]).status, 303);
    assert_eq!(
        (n("sign_in_failure where id = 'zqsai'"), n("sent_form where key = 'zqkhoacu'")),
        ("0".into(), "0".into())
    );
    assert_eq!(world.cell(&format!("select name from exemplar where id = '{exemplar}'")), "(đã xóa dữ liệu cá nhân)");
    assert!(!world.cell(&format!("select erased_on from person where id = '{person}'")).is_empty());
    assert_eq!(
        n("import_run where trimmed_at <> '' and body like '%\"drafts\":[]%' and body like '%\"rows\":1%'"),
        "1"
    );
    assert_eq!(world.post("quantri", "/retention", &[("sure", "1")]).status, 422, "nothing is left to erase");
    let told = world.get("quantri", "/retention").body;
    assert!(told.contains("Các lần đã xóa") && told.contains("Lần đăng nhập sai"));
    let period =
        [("thing", "form-keys"), ("n_days", "60"), ("legal_basis", "QĐ của tỉnh"), ("period_from", &today(world, 0))];
    assert_eq!(world.post("quantri", "/rules/periods", &period[..3]).status, 422);
    assert_eq!(world.post("quantri", "/rules/periods", &period).status, 303);
    assert!(world.get("quantri", "/retention").body.contains("QĐ của tỉnh"));
    assert!(world.app.read(envelopes::faults).unwrap().is_empty());
}

pub(super) fn an_incident_is_told_within_its_hours(world: &World) {
    let day = today(world, 5);
    let new = [
        ("place", "25"),
        ("detected_on", day.as_str()),
        ("detected_time", "8g15"),
        ("kinds", "lost"),
        ("n_people", "4"),
        ("content", "Mất một bản in"),
    ];
    assert_eq!(world.post("pv05", "/incidents/new", &new[..4]).status, 422);
    let incident = id_in(&world.post("pv05", "/incidents/new", &new));
    let page = world.get("pv05", &format!("/incidents/{incident}")).body;
    assert!(page.contains(&format!("{} 08:15", today(world, 2))), "72 hours later");
    assert!(page.contains("Quá hạn") && page.contains("Luật 91/2025/QH15"));
    let take = |fields: &[(&str, &str)]| world.post("pv05", &format!("/incidents/{incident}/steps"), fields).status;
    let at = today(world, 1);
    assert_eq!(take(&[("kind", "closed"), ("at", &at), ("time", "9")]), 422, "first the authority is told");
    assert_eq!(take(&[("kind", "notified"), ("at", &at), ("time", "9")]), 422, "by a paper");
    assert_eq!(take(&[("kind", "notified"), ("at", &at), ("time", "9"), ("paper", "3/BC")]), 303);
    assert_eq!(take(&[("kind", "closed"), ("at", &at), ("time", "10")]), 303);
    assert_eq!(world.get("nhannghia", "/incidents").status, 403);
}

pub(super) fn a_register_from_before_adopts_its_people(world: &World) {
    let (exemplar, person) = individual(world, "mo-coi", "Bạch Thị Mồ Côi", "");
    let orphan = format!("update exemplar set person_id = null where id = '{exemplar}'");
    world.app.db.write(|tx| -> Result<_> { Ok(tx.execute(&orphan, &[])?) }).unwrap();
    assert_eq!(world.app.write(exemplars::adopt).unwrap(), 1);
    let adopted = world.cell(&format!("select person_id from exemplar where id = '{exemplar}'"));
    assert!(!adopted.is_empty() && adopted != person);
    assert!(world.get("pv05", &format!("/people/{adopted}")).body.contains("Bạch Thị Mồ Côi"));
    let moment = Moment::of_the_clock();
    let again = world.app.db.write(|tx| exemplars::adopt(&mut Work::new(tx, Actor::command_line(), moment.clone())));
    assert_eq!(again.unwrap(), 0, "once");
}

/// Runs after all others: whatever people wrote in them, the journal holds none of it.
pub(super) fn the_journal_holds_nothing_that_people_wrote(world: &World) {
    let mut written: Vec<String> = super::walk::planted_names();
    written.extend(
        ["Bạch", "Nông dân", "Trưởng xóm", "Quyết định phải lưu", "Mất một bản in", "ke-lai"].map(str::to_owned),
    );
    let holding = super::erased::columns_holding(world, &written);
    let told: Vec<&String> = holding.iter().filter(|column| column.starts_with("journal.")).collect();
    assert!(told.is_empty(), "{told:?}");
    assert!(!holding.is_empty(), "the same texts are found where they belong");
}
