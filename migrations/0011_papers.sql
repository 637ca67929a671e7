-- Papers: what they are about, what they are used for, and the files kept with them. A use is withdrawn, never
-- deleted: the paper was named there once.
alter table paper add column title text not null default '';
alter table paper add column fold text not null default '';

create index paper_id on paper (id);
create index paper_issued on paper (province, issued_on, id);

create table paper_use (
  province text not null,
  id text not null,
  paper_id text not null,
  thing text not null,
  thing_id text not null,
  -- Which paper it is there: an item of the dossier, or the step that names it.
  item text not null,
  pin_id text not null,
  added_at text not null,
  withdrawn_at text not null,
  withdrawn_reason text not null,
  primary key (province, id)
);
create index paper_use_paper on paper_use (province, paper_id);
create index paper_use_thing on paper_use (province, thing_id, item);
create index paper_use_pin on paper_use (pin_id);

create table attachment (
  province text not null,
  id text not null,
  paper_id text not null,
  sha256 text not null,
  name text not null,
  ending text not null,
  n_bytes bigint not null,
  added_at text not null,
  withdrawn_at text not null,
  withdrawn_reason text not null,
  primary key (province, id)
);
create index attachment_id on attachment (id);
create index attachment_paper on attachment (province, paper_id);
create index attachment_file on attachment (sha256);

insert into paper_use (province, id, paper_id, thing, thing_id, item, pin_id, added_at, withdrawn_at, withdrawn_reason)
select s.province, s.id, s.paper_id, 'point', s.point_id, s.kind, p.pin_id, s.entered_at, '', ''
from step s join point p on p.province = s.province and p.id = s.point_id where s.paper_id is not null;
insert into paper_use (province, id, paper_id, thing, thing_id, item, pin_id, added_at, withdrawn_at, withdrawn_reason)
select e.province, e.id, e.paper_id, 'exemplar', e.id, 'recognition', e.pin_id, '', '', '' from exemplar e where e.paper_id is not null;
insert into paper_use (province, id, paper_id, thing, thing_id, item, pin_id, added_at, withdrawn_at, withdrawn_reason)
select e.province, e.id || '-withdrawal', e.withdrawn_paper_id, 'exemplar', e.id, 'withdrawal', e.pin_id, '', '', ''
from exemplar e where e.withdrawn_paper_id is not null;
insert into paper_use (province, id, paper_id, thing, thing_id, item, pin_id, added_at, withdrawn_at, withdrawn_reason)
select c.province, c.id, c.paper_id, 'commendation', c.id, 'commendation', c.pin_id, '', '', '' from commendation c;
