-- What people ask about their data, with the clocks of the law; and incidents with data.
create table legal_clock (
  kind text not null,
  from_on text not null,
  -- Exclusive.
  to_on text not null,
  -- Working days to acknowledge, days to act, days more once, days more once when a third party has a part in it.
  ack_days bigint not null,
  act_days bigint not null,
  more_days bigint not null,
  third_days bigint not null,
  legal_basis text not null,
  primary key (kind, from_on)
);
insert into legal_clock (kind, from_on, to_on, ack_days, act_days, more_days, third_days, legal_basis) values
  ('view', '2026-01-01', '9999-12-31', 2, 10, 10, 15, 'Nghị định 356/2025/NĐ-CP, Điều 5'),
  ('correct', '2026-01-01', '9999-12-31', 2, 10, 10, 15, 'Nghị định 356/2025/NĐ-CP, Điều 5'),
  ('provide', '2026-01-01', '9999-12-31', 2, 10, 10, 15, 'Nghị định 356/2025/NĐ-CP, Điều 5'),
  ('withdraw', '2026-01-01', '9999-12-31', 2, 15, 15, 20, 'Nghị định 356/2025/NĐ-CP, Điều 5'),
  ('restrict', '2026-01-01', '9999-12-31', 2, 15, 15, 20, 'Nghị định 356/2025/NĐ-CP, Điều 5'),
  ('object', '2026-01-01', '9999-12-31', 2, 15, 15, 20, 'Nghị định 356/2025/NĐ-CP, Điều 5'),
  ('delete', '2026-01-01', '9999-12-31', 2, 20, 20, 30, 'Nghị định 356/2025/NĐ-CP, Điều 5');

-- Hours within which the authority is told of an incident.
create table incident_clock (
  from_on text primary key,
  to_on text not null,
  hours bigint not null,
  legal_basis text not null
);
insert into incident_clock (from_on, to_on, hours, legal_basis) values
  ('2026-01-01', '9999-12-31', 72, 'Luật 91/2025/QH15, Điều 23 khoản 1');

-- Why a request may be refused.
create table legal_ground (
  ground text not null,
  from_on text not null,
  to_on text not null,
  legal_basis text not null,
  -- The records stay, and the person is withheld from the public.
  unpublishes bigint not null,
  primary key (ground, from_on)
);
insert into legal_ground (ground, from_on, to_on, legal_basis, unpublishes) values
  ('official-record', '2026-01-01', '9999-12-31', 'Luật 91/2025/QH15, Điều 14 khoản 2 và Điều 19', 1),
  ('not-identified', '2026-01-01', '9999-12-31', '', 0),
  ('others', '2026-01-01', '9999-12-31', '', 0),
  ('nothing-held', '2026-01-01', '9999-12-31', '', 0);

-- Days off, and weekend days that are worked instead. Rows without a province come with the programme.
create table holiday (
  province text not null,
  day text not null,
  is_off bigint not null,
  name text not null,
  primary key (province, day)
);
insert into holiday (province, day, is_off, name) values
  ('', '2026-01-01', 1, 'Tết Dương lịch'),
  ('', '2026-04-30', 1, 'Ngày Chiến thắng'),
  ('', '2026-05-01', 1, 'Ngày Quốc tế Lao động'),
  ('', '2026-09-02', 1, 'Ngày Quốc khánh'),
  ('', '2027-01-01', 1, 'Tết Dương lịch'),
  ('', '2027-04-30', 1, 'Ngày Chiến thắng'),
  ('', '2027-05-01', 1, 'Ngày Quốc tế Lao động'),
  ('', '2027-09-02', 1, 'Ngày Quốc khánh');

create table request (
  province text not null,
  id text not null,
  number bigint not null,
  person_id text not null,
  pin_id text not null,
  kind text not null,
  received_on text not null,
  manner text not null,
  state text not null,
  -- The number of its text in the person's envelope; 0 for none.
  content_n bigint not null,
  closed_on text not null,
  recorded_by text not null,
  recorded_at text not null,
  version bigint not null,
  primary key (province, id),
  unique (province, number)
);
create index request_id on request (id);
create index request_person on request (person_id);
create index request_pin on request (pin_id, state);

-- What was done about a request, in the order in which it was done; never changed, never deleted.
create table request_step (
  province text not null,
  request_id text not null,
  n bigint not null,
  kind text not null,
  on_date text not null,
  ground text not null,
  third_party bigint not null,
  paper text not null,
  note_n bigint not null,
  by_account text not null,
  at text not null,
  primary key (province, request_id, n)
);

create table incident (
  province text not null,
  id text not null,
  number bigint not null,
  place_id text not null,
  pin_id text not null,
  detected_at text not null,
  kinds text not null,
  n_people bigint not null,
  state text not null,
  content_n bigint not null,
  recorded_by text not null,
  recorded_at text not null,
  version bigint not null,
  primary key (province, id),
  unique (province, number)
);
create index incident_id on incident (id);
create index incident_pin on incident (pin_id, state);

create table incident_step (
  province text not null,
  incident_id text not null,
  n bigint not null,
  kind text not null,
  at text not null,
  paper text not null,
  note_n bigint not null,
  by_account text not null,
  entered_at text not null,
  primary key (province, incident_id, n)
);
