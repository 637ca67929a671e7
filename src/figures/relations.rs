//! The relations behind the figures. Each yields `row_id, thing_id, pin_id, place_id, scheme_id, province,
//! kind, reason, on_date, value, title`. `$1` is the cut-off date, `$2` the first day of the period.
//! `thing_id` is what a count of different things counts; elsewhere it is the row's record.

pub const ACTIVE_SCHEMES: &str = "select p.id as row_id, p.scheme_id as thing_id, p.pin_id, p.place_id, p.scheme_id, p.province, \
    p.area_kind as kind, '' as reason, s.from_on as on_date, 1 as value, c.name as title, c.sort_key \
    from point_span s join point p on p.province = s.province and p.id = s.point_id \
    join scheme c on c.province = p.province and c.id = p.scheme_id \
    where s.active = 1 and s.from_on <= $1 and s.to_on > $1";

pub const ACTIVE_POINTS: &str = "select p.id as row_id, p.id as thing_id, p.pin_id, p.place_id, p.scheme_id, p.province, \
    p.area_kind as kind, '' as reason, s.from_on as on_date, 1 as value, p.name as title, p.sort_key \
    from point_span s join point p on p.province = s.province and p.id = s.point_id \
    where s.active = 1 and s.from_on <= $1 and s.to_on > $1";

pub const TEAMS: &str = "select t.id as row_id, p.id as thing_id, p.pin_id, p.place_id, p.scheme_id, p.province, \
    p.area_kind as kind, '' as reason, t.from_on as on_date, 1 as value, t.name as title, t.sort_key \
    from point_span s join point p on p.province = s.province and p.id = s.point_id \
    join team t on t.province = p.province and t.point_id = p.id and t.from_on <= $1 and t.to_on > $1 \
    where s.active = 1 and s.from_on <= $1 and s.to_on > $1";

pub const TEAM_MEMBERS: &str = "select t.id as row_id, p.id as thing_id, p.pin_id, p.place_id, p.scheme_id, p.province, \
    p.area_kind as kind, '' as reason, t.from_on as on_date, t.n_members as value, t.name as title, t.sort_key \
    from point_span s join point p on p.province = s.province and p.id = s.point_id \
    join team t on t.province = p.province and t.point_id = p.id and t.from_on <= $1 and t.to_on > $1 \
    where s.active = 1 and s.from_on <= $1 and s.to_on > $1";

pub const HOUSEHOLDS: &str = "select p.id as row_id, p.id as thing_id, p.pin_id, p.place_id, p.scheme_id, p.province, \
    p.area_kind as kind, '' as reason, s.from_on as on_date, k.n_households + k.n_units as value, p.name as title, p.sort_key \
    from point_span s join point p on p.province = s.province and p.id = s.point_id \
    join point_scale k on k.province = p.province and k.point_id = p.id and k.from_on <= $1 and k.to_on > $1 \
    where s.active = 1 and s.from_on <= $1 and s.to_on > $1";

pub const NEWLY_BUILT: &str = "select p.id as row_id, p.id as thing_id, p.pin_id, p.place_id, p.scheme_id, p.province, \
    p.area_kind as kind, '' as reason, p.launched_on as on_date, 1 as value, p.name as title, p.sort_key \
    from point p where p.origin = 'original' and p.launched_on >= $2 and p.launched_on <= $1";

pub const REPLICATED: &str = "select p.id as row_id, p.id as thing_id, p.pin_id, p.place_id, p.scheme_id, p.province, \
    p.area_kind as kind, '' as reason, p.launched_on as on_date, 1 as value, p.name as title, p.sort_key \
    from point p where p.origin = 'replicated' and p.launched_on >= $2 and p.launched_on <= $1";

pub const KEPT: &str = "select p.id as row_id, p.id as thing_id, p.pin_id, p.place_id, p.scheme_id, p.province, \
    p.area_kind as kind, '' as reason, p.launched_on as on_date, 1 as value, p.name as title, p.sort_key \
    from point_span s join point p on p.province = s.province and p.id = s.point_id \
    where s.active = 1 and s.from_on <= $1 and s.to_on > $1 and p.launched_on < $2 \
    and exists (select 1 from point_span b where b.province = s.province and b.point_id = s.point_id \
    and b.active = 1 and b.from_on <= $2 and b.to_on > $2)";

pub const ENDED: &str = "select p.id as row_id, p.id as thing_id, p.pin_id, p.place_id, p.scheme_id, p.province, \
    p.area_kind as kind, s.reason, s.on_date, 1 as value, p.name as title, p.sort_key \
    from step s join point p on p.province = s.province and p.id = s.point_id \
    where s.kind in ('ended', 'struck_off') and p.launched_on <= s.on_date and s.on_date >= $2 and s.on_date <= $1";

pub const EXEMPLARS: &str = "select e.id as row_id, e.id as thing_id, e.pin_id, e.place_id, coalesce(e.scheme_id, '') as scheme_id, \
    e.province, e.kind, '' as reason, e.recognised_on as on_date, 1 as value, e.name as title, e.sort_key \
    from exemplar e where e.recognised_on <= $1 and e.withdrawn_on > $1";

pub const MERIT_OF_THE_PROVINCE: &str = "select c.id as row_id, c.id as thing_id, c.pin_id, c.place_id, '' as scheme_id, c.province, \
    c.kind, '' as reason, c.decided_on as on_date, 1 as value, c.recipient as title, c.sort_key \
    from commendation c where c.form = 'F4' and c.decided_on >= $2 and c.decided_on <= $1 and c.withdrawn_on > $1";

pub const LETTER_OF_THE_DEPARTMENT: &str = "select c.id as row_id, c.id as thing_id, c.pin_id, c.place_id, '' as scheme_id, c.province, \
    c.kind, '' as reason, c.decided_on as on_date, 1 as value, c.recipient as title, c.sort_key \
    from commendation c where c.form = 'F5' and c.decided_on >= $2 and c.decided_on <= $1 and c.withdrawn_on > $1";

pub const LETTER_OF_THE_POLICE: &str = "select c.id as row_id, c.id as thing_id, c.pin_id, c.place_id, '' as scheme_id, c.province, \
    c.kind, '' as reason, c.decided_on as on_date, 1 as value, c.recipient as title, c.sort_key \
    from commendation c where c.form = 'F6' and c.decided_on >= $2 and c.decided_on <= $1 and c.withdrawn_on > $1";
