//! The relations behind the figures. A relation takes no date: each of its rows says from when to when it
//! stands (`from_on`, `to_on` exclusive), or the day on which it happened (`from_on`). It yields `row_id,
//! thing_id, province, scheme_id, place_id, pin_id, kind, reason, from_on, to_on, began, value, title,
//! sort_key`; `thing_id` is the row's record. The dates, the place and the map are applied in `ask`.

/// Stretches in which a point is operating, at the place where it then was. `began`: when it was launched.
pub const ACTIVE_POINTS: &str = "select p.id as row_id, p.id as thing_id, s.province, p.scheme_id, s.place_id, s.pin_id, \
    p.area_kind as kind, '' as reason, s.from_on, s.to_on, p.launched_on as began, 1 as value, p.name as title, p.sort_key \
    from point_span s join point p on p.province = s.province and p.id = s.point_id where s.active = 1";

/// Teams, while they stand and their point is operating; the value is the number of members.
pub const TEAMS: &str = "select t.id as row_id, p.id as thing_id, s.province, p.scheme_id, s.place_id, s.pin_id, \
    p.area_kind as kind, '' as reason, case when t.from_on > s.from_on then t.from_on else s.from_on end as from_on, \
    case when t.to_on < s.to_on then t.to_on else s.to_on end as to_on, p.launched_on as began, t.n_members as value, \
    t.name as title, t.sort_key from point_span s join point p on p.province = s.province and p.id = s.point_id \
    join team t on t.province = s.province and t.point_id = s.point_id and t.from_on < s.to_on and t.to_on > s.from_on \
    where s.active = 1";

/// How many households and units take part in a point while it is operating.
pub const HOUSEHOLDS: &str = "select p.id as row_id, p.id as thing_id, s.province, p.scheme_id, s.place_id, s.pin_id, \
    p.area_kind as kind, '' as reason, case when k.from_on > s.from_on then k.from_on else s.from_on end as from_on, \
    case when k.to_on < s.to_on then k.to_on else s.to_on end as to_on, p.launched_on as began, \
    k.n_households + k.n_units as value, p.name as title, p.sort_key \
    from point_span s join point p on p.province = s.province and p.id = s.point_id \
    join point_scale k on k.province = s.province and k.point_id = s.point_id and k.from_on < s.to_on and k.to_on > s.from_on \
    where s.active = 1";

/// Launches of points that were built here first.
pub const NEWLY_BUILT: &str = "select p.id as row_id, p.id as thing_id, p.province, p.scheme_id, s.place_id, s.pin_id, \
    p.area_kind as kind, '' as reason, p.launched_on as from_on, '9999-12-31' as to_on, p.launched_on as began, 1 as value, \
    p.name as title, p.sort_key from point p \
    join point_span s on s.province = p.province and s.point_id = p.id and s.from_on = p.launched_on \
    where p.origin = 'original'";

/// Launches of points that were replicated from another.
pub const REPLICATED: &str = "select p.id as row_id, p.id as thing_id, p.province, p.scheme_id, s.place_id, s.pin_id, \
    p.area_kind as kind, '' as reason, p.launched_on as from_on, '9999-12-31' as to_on, p.launched_on as began, 1 as value, \
    p.name as title, p.sort_key from point p \
    join point_span s on s.province = p.province and s.point_id = p.id and s.from_on = p.launched_on \
    where p.origin = 'replicated'";

/// Points that were strengthened.
pub const STRENGTHENED: &str = "select e.id as row_id, p.id as thing_id, p.province, p.scheme_id, s.place_id, s.pin_id, \
    p.area_kind as kind, '' as reason, e.on_date as from_on, '9999-12-31' as to_on, p.launched_on as began, 1 as value, \
    p.name as title, p.sort_key from step e join point p on p.province = e.province and p.id = e.point_id \
    join point_span s on s.province = e.province and s.point_id = e.point_id and s.from_on <= e.on_date and s.to_on > e.on_date \
    where e.kind = 'strengthened'";

/// Endings of points that had been launched, with their reason.
pub const ENDED: &str = "select p.id as row_id, p.id as thing_id, p.province, p.scheme_id, p.place_id, p.pin_id, \
    p.area_kind as kind, e.reason, e.on_date as from_on, '9999-12-31' as to_on, p.launched_on as began, 1 as value, \
    p.name as title, p.sort_key from step e join point p on p.province = e.province and p.id = e.point_id \
    where e.kind in ('ended', 'struck_off') and p.launched_on <= e.on_date";

/// Recognised exemplars, until they are withdrawn.
pub const EXEMPLARS: &str = "select e.id as row_id, e.id as thing_id, e.province, coalesce(e.scheme_id, '') as scheme_id, \
    e.place_id, e.pin_id, e.kind, '' as reason, e.recognised_on as from_on, e.withdrawn_on as to_on, \
    e.recognised_on as began, 1 as value, e.name as title, e.sort_key from exemplar e";

/// Bằng khen of the provincial chairman, unless withdrawn.
pub const MERIT_OF_THE_PROVINCE: &str = "select c.id as row_id, c.id as thing_id, c.province, '' as scheme_id, c.place_id, c.pin_id, \
    c.kind, '' as reason, c.decided_on as from_on, c.withdrawn_on as to_on, c.decided_on as began, 1 as value, \
    c.recipient as title, c.sort_key from commendation c where c.form = 'F4'";

/// Giấy khen of the director of the ministry's department, unless withdrawn.
pub const LETTER_OF_THE_DEPARTMENT: &str = "select c.id as row_id, c.id as thing_id, c.province, '' as scheme_id, c.place_id, c.pin_id, \
    c.kind, '' as reason, c.decided_on as from_on, c.withdrawn_on as to_on, c.decided_on as began, 1 as value, \
    c.recipient as title, c.sort_key from commendation c where c.form = 'F5'";

/// Giấy khen of the director of the provincial police, unless withdrawn.
pub const LETTER_OF_THE_POLICE: &str = "select c.id as row_id, c.id as thing_id, c.province, '' as scheme_id, c.place_id, c.pin_id, \
    c.kind, '' as reason, c.decided_on as from_on, c.withdrawn_on as to_on, c.decided_on as began, 1 as value, \
    c.recipient as title, c.sort_key from commendation c where c.form = 'F6'";

/// Activities of some kinds: each single one on its day, except in months whose total was stated, which counts
/// on the last day of its month. The value is a column of each.
macro_rules! activities {
    ($kinds:literal, $single:literal, $stated:literal) => {
        concat!(
            "select a.id as row_id, p.id as thing_id, a.province, p.scheme_id, coalesce(s.place_id, p.place_id) as place_id, \
             a.pin_id, p.area_kind as kind, '' as reason, a.on_date as from_on, '9999-12-31' as to_on, a.on_date as began, ",
            $single,
            " as value, p.name as title, p.sort_key from activity a join point p on p.province = a.province and p.id = a.point_id \
             left join point_span s on s.province = a.province and s.point_id = a.point_id and s.from_on <= a.on_date \
             and s.to_on > a.on_date where a.withdrawn_at = '' and a.kind in (",
            $kinds,
            ") and not exists (select 1 from activity_month m where m.province = a.province and m.point_id = a.point_id \
             and m.month = a.month and m.kind = a.kind and m.is_stated = 1) union all \
             select m.point_id || '.' || m.month || '.' || m.kind as row_id, p.id as thing_id, m.province, p.scheme_id, \
             coalesce(s.place_id, p.place_id) as place_id, m.pin_id, p.area_kind as kind, '' as reason, m.counted_on as from_on, '9999-12-31' as to_on, \
             m.counted_on as began, ",
            $stated,
            " as value, p.name as title, p.sort_key from activity_month m join point p on p.province = m.province \
             and p.id = m.point_id left join point_span s on s.province = m.province and s.point_id = m.point_id \
             and s.from_on <= m.counted_on and s.to_on > m.counted_on where m.is_stated = 1 and m.kind in (",
            $kinds,
            ")"
        )
    };
}

/// Talks.
pub const TALKS: &str = activities!("'talk'", "1", "m.n_times");

/// Attendances of talks.
pub const TALKS_ATTENDED: &str = activities!("'talk'", "a.n_attended", "m.n_attended");

/// Meetings, those that only exchange opinions too.
pub const MEETINGS: &str = activities!("'meeting', 'opinion'", "1", "m.n_times");

/// Drills.
pub const DRILLS: &str = activities!("'drill'", "1", "m.n_times");

/// Patrols.
pub const PATROLS: &str = activities!("'patrol'", "1", "m.n_times");

/// Mediations.
pub const MEDIATIONS: &str = activities!("'mediation'", "1", "m.n_times");

/// Items of information, as totals of months alone.
pub const INFORMATION: &str = activities!("'information'", "1", "m.n_times");

/// Times at which weapons, explosives or firecrackers were handed in, as totals of months alone.
pub const HANDED_IN: &str = activities!("'handed_in'", "1", "m.n_times");

/// Times of help with reintegration, as totals of months alone.
pub const REINTEGRATION: &str = activities!("'reintegration'", "1", "m.n_times");

/// Equipment of points that are operating, while it is there; the value is how many items, the kind what they are.
pub const EQUIPMENT: &str = "select e.line_id as row_id, p.id as thing_id, s.province, p.scheme_id, s.place_id, s.pin_id, \
    e.kind as kind, '' as reason, case when e.from_on > s.from_on then e.from_on else s.from_on end as from_on, \
    case when e.to_on < s.to_on then e.to_on else s.to_on end as to_on, e.from_on as began, e.n_items as value, \
    p.name as title, p.sort_key from point_span s join point p on p.province = s.province and p.id = s.point_id \
    join equipment e on e.province = s.province and e.point_id = s.point_id and e.from_on < s.to_on and e.to_on > s.from_on \
    where s.active = 1";

/// Money of one source, in thousands of đồng.
macro_rules! money {
    ($source:literal) => {
        concat!(
            "select m.id as row_id, p.id as thing_id, m.province, p.scheme_id, p.place_id, m.pin_id, p.area_kind as kind, \
             '' as reason, m.on_date as from_on, '9999-12-31' as to_on, m.on_date as began, m.amount / 1000 as value, \
             m.item as title, p.sort_key from money m join point p on p.province = m.province and p.id = m.point_id \
             where m.withdrawn_at = '' and m.source = '",
            $source,
            "'"
        )
    };
}

/// Money from the State budget.
pub const BUDGET: &str = money!("budget");

/// Money integrated from other programmes.
pub const INTEGRATED: &str = money!("integrated");

/// Social contributions.
pub const SOCIAL: &str = money!("social");

/// Interim and final reviews of points.
pub const REVIEW_MEETINGS: &str = activities!("'review_meeting'", "1", "m.n_times");
