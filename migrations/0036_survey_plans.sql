-- What a survey plan covers, heading by heading, as the plan was approved.
create table survey_heading (
  province text not null,
  step_id text not null,
  point_id text not null,
  heading text not null,
  primary key (province, step_id, heading)
);
create index survey_heading_point on survey_heading (province, point_id);

-- A province's own list asks for the step from now on; a paper that stands under the line already counts on.
update dossier_item set met_by = 'step:survey_planned' where code = 'survey_plan' and met_by = 'paper';
