-- The subsidy year: rounds of the MPSV, windows of the kraje, applications of providers, their parts, assessment, calculation, decision, awards.
-- Amounts are whole crowns. Documents are the types of crate `domain` as JSON. The part of an application belongs to one kraj: no other kraj
-- sees or changes it.

create table subsidy_year (
  year integer primary key check (year between 2007 and 2100),
  opened_at timestamptz not null
);

create table subsidy_round (
  id uuid primary key,
  year integer not null references subsidy_year,
  number integer not null check (number between 1 and 20),
  label text not null check (length(label) between 1 and 200),
  created_at timestamptz not null,
  unique (year, number)
);

-- What a kraj sets for its part of a round.
create table kraj_round (
  id uuid primary key,
  round_id uuid not null references subsidy_round,
  organisation_id uuid not null references organisation,
  kraj_code text not null,
  opens_at timestamptz not null,
  closes_at timestamptz not null,
  purpose text not null check (length(purpose) <= 2000),
  period_from date not null,
  period_to date not null,
  allocation bigint not null check (allocation between 0 and 999999999999),
  scheme_version_id uuid,
  chain jsonb not null,
  formal_items jsonb not null,
  window_published_at timestamptz,
  results_published_at timestamptz,
  row_version bigint not null default 1,
  created_at timestamptz not null,
  unique (round_id, kraj_code),
  check (opens_at < closes_at),
  check (period_from <= period_to)
);

create table extraordinary_term (
  id uuid primary key,
  kraj_round_id uuid not null references kraj_round,
  kraj_code text not null,
  provider_id uuid not null references provider,
  opens_at timestamptz not null,
  closes_at timestamptz not null,
  reason text not null check (length(reason) between 1 and 2000),
  account_id uuid not null,
  created_at timestamptz not null,
  check (opens_at < closes_at)
);
create index extraordinary_term_round on extraordinary_term (kraj_round_id, provider_id);

-- One application per provider and round. Only the provider sees it; kraje see their parts once it is submitted.
create table application (
  id uuid primary key,
  round_id uuid not null references subsidy_round,
  provider_id uuid not null references provider,
  state text not null check (state in ('draft', 'locked', 'submitted')),
  document jsonb not null,
  state_document jsonb,
  row_version bigint not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  updated_by text not null,
  submitted_at timestamptz,
  unique (round_id, provider_id),
  check ((state = 'submitted') = (submitted_at is not null))
);
create index application_provider on application (provider_id);

-- What happened to it; a submission carries the frozen copy.
create table application_event (
  id uuid primary key,
  application_id uuid not null references application,
  provider_id uuid not null,
  at timestamptz not null,
  kind text not null check (kind in ('created', 'register_loaded', 'locked', 'unlocked', 'submitted', 'withdrawn')),
  person_name text not null,
  content jsonb not null
);
create index application_event_application on application_event (application_id, at);

create table application_part (
  id uuid primary key,
  kraj_round_id uuid not null references kraj_round,
  kraj_code text not null,
  provider_id uuid not null references provider,
  application_id uuid references application,
  source text not null check (source in ('form', 'csv')),
  reference text not null check (length(reference) <= 60),
  submitted_at timestamptz not null,
  withdrawn_at timestamptz,
  document jsonb not null,
  declaration jsonb not null,
  request bigint not null check (request >= 0),
  check ((source = 'form') = (application_id is not null))
);
create unique index application_part_live on application_part (kraj_round_id, provider_id) where withdrawn_at is null;
create index application_part_application on application_part (application_id);

-- A service of a part: assessment, runs and awards hang here.
create table part_service (
  id uuid primary key,
  part_id uuid not null references application_part,
  kraj_round_id uuid not null references kraj_round,
  kraj_code text not null,
  provider_id uuid not null,
  service_id uuid not null references service,
  identifikator text not null check (identifikator ~ '^[0-9]{1,12}$'),
  name text not null,
  paragraph text not null,
  request bigint not null check (request >= 0),
  document jsonb not null,
  unique (part_id, service_id)
);
create index part_service_round on part_service (kraj_round_id, identifikator);
create index part_service_provider on part_service (provider_id);

create table formal_check (
  part_id uuid primary key references application_part,
  kraj_code text not null,
  document jsonb not null,
  outcome text not null check (outcome in ('open', 'passed', 'failed')),
  row_version bigint not null default 1,
  updated_at timestamptz not null,
  updated_by text not null
);

create table assessment (
  part_service_id uuid primary key references part_service,
  kraj_round_id uuid not null references kraj_round,
  kraj_code text not null,
  document jsonb not null,
  assigned_to uuid references person,
  finished boolean not null default false,
  row_version bigint not null default 1,
  updated_at timestamptz not null,
  updated_by text not null
);
create index assessment_round on assessment (kraj_round_id);

-- Columns that the kraj fills itself: values by the names of the scheme's inputs, as text.
create table service_input (
  part_service_id uuid primary key references part_service,
  kraj_round_id uuid not null references kraj_round,
  kraj_code text not null,
  cells jsonb not null,
  row_version bigint not null default 1,
  updated_at timestamptz not null,
  updated_by text not null
);
create index service_input_round on service_input (kraj_round_id);

create table scheme (
  id uuid primary key,
  kraj_code text not null,
  name text not null check (length(name) between 1 and 200),
  created_at timestamptz not null
);
create index scheme_kraj on scheme (kraj_code);

create table scheme_version (
  id uuid primary key,
  scheme_id uuid not null references scheme,
  kraj_code text not null,
  version text not null check (length(version) between 1 and 40),
  document jsonb not null,
  based_on uuid references scheme_version,
  frozen_at timestamptz,
  row_version bigint not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  updated_by text not null,
  unique (scheme_id, version)
);
alter table kraj_round add foreign key (scheme_version_id) references scheme_version;

-- A run keeps everything that explains it, and is never changed.
create table calculation_run (
  id uuid primary key,
  kraj_round_id uuid not null references kraj_round,
  kraj_code text not null,
  number integer not null check (number > 0),
  name text not null check (length(name) between 1 and 200),
  scheme_version_id uuid not null references scheme_version,
  scheme jsonb not null,
  inputs jsonb not null,
  amounts jsonb not null,
  result jsonb not null,
  awarded bigint not null,
  created_at timestamptz not null,
  created_by text not null,
  unique (kraj_round_id, number)
);

-- The proposal: a run and the chain of decision over it.
create table decision (
  kraj_round_id uuid primary key references kraj_round,
  kraj_code text not null,
  run_id uuid not null references calculation_run,
  document jsonb not null,
  row_version bigint not null default 1,
  updated_at timestamptz not null,
  updated_by text not null
);

-- Awards exist only after the last step; everybody sees them once they are published.
create table award (
  part_service_id uuid primary key references part_service,
  kraj_round_id uuid not null references kraj_round,
  kraj_code text not null,
  provider_id uuid not null references provider,
  service_id uuid not null references service,
  identifikator text not null,
  name text not null,
  paragraph text not null,
  request bigint not null,
  amount bigint not null check (amount >= 0),
  published_at timestamptz
);
create index award_round on award (kraj_round_id);
create index award_provider on award (provider_id);

-- What explains an award: for its provider and its kraj.
create table award_detail (
  part_service_id uuid primary key references award,
  kraj_code text not null,
  provider_id uuid not null,
  assessment jsonb not null,
  explanation jsonb not null,
  published_at timestamptz
);

-- who may see and write ------------------------------------------------------------------------------------------------------
alter table subsidy_year enable row level security;
create policy subsidy_year_read on subsidy_year for select using (true);
create policy subsidy_year_write on subsidy_year for insert with check (app.kind() = 'mpsv' or app.kind() = 'system');
grant select, insert on subsidy_year to kraj_app;

alter table subsidy_round enable row level security;
create policy subsidy_round_read on subsidy_round for select using (true);
create policy subsidy_round_insert on subsidy_round for insert with check (app.kind() = 'mpsv' or app.kind() = 'system');
create policy subsidy_round_update on subsidy_round for update using (app.kind() = 'mpsv' or app.kind() = 'system');
grant select, insert, update on subsidy_round to kraj_app;

alter table kraj_round enable row level security;
create policy kraj_round_read on kraj_round for select
  using (window_published_at is not null or kraj_code = app.kraj() or app.kind() = 'mpsv' or app.kind() = 'system');
create policy kraj_round_insert on kraj_round for insert with check (kraj_code = app.kraj() and organisation_id = app.org());
create policy kraj_round_update on kraj_round for update using (kraj_code = app.kraj());
grant select, insert, update on kraj_round to kraj_app;

alter table extraordinary_term enable row level security;
create policy extraordinary_term_read on extraordinary_term for select
  using (kraj_code = app.kraj() or provider_id = app.provider() or app.kind() = 'system');
create policy extraordinary_term_insert on extraordinary_term for insert with check (kraj_code = app.kraj());
grant select, insert on extraordinary_term to kraj_app;

alter table application enable row level security;
create policy application_own on application using (provider_id = app.provider());
create policy application_verify on application for select using (app.kind() = 'system');
grant select, insert, update on application to kraj_app;

alter table application_event enable row level security;
create policy application_event_own on application_event using (provider_id = app.provider());
create policy application_event_verify on application_event for select using (app.kind() = 'system');
grant select, insert on application_event to kraj_app;

alter table application_part enable row level security;
create policy application_part_read on application_part for select
  using (kraj_code = app.kraj() or provider_id = app.provider() or app.kind() = 'system');
create policy application_part_insert on application_part for insert
  with check ((source = 'form' and provider_id = app.provider()) or (source = 'csv' and kraj_code = app.kraj()));
-- Only the mark of withdrawal is ever written again.
create policy application_part_update on application_part for update
  using (provider_id = app.provider() or (source = 'csv' and kraj_code = app.kraj()));
grant select, insert on application_part to kraj_app;
grant update (withdrawn_at) on application_part to kraj_app;

alter table part_service enable row level security;
create policy part_service_read on part_service for select
  using (kraj_code = app.kraj() or provider_id = app.provider() or app.kind() = 'system');
create policy part_service_insert on part_service for insert with check (provider_id = app.provider() or kraj_code = app.kraj());
grant select, insert on part_service to kraj_app;

alter table formal_check enable row level security;
alter table assessment enable row level security;
alter table service_input enable row level security;
alter table scheme enable row level security;
alter table scheme_version enable row level security;
alter table calculation_run enable row level security;
alter table decision enable row level security;
create policy formal_check_own on formal_check using (kraj_code = app.kraj());
create policy assessment_own on assessment using (kraj_code = app.kraj());
create policy service_input_own on service_input using (kraj_code = app.kraj());
create policy scheme_own on scheme using (kraj_code = app.kraj());
create policy scheme_version_own on scheme_version using (kraj_code = app.kraj());
create policy calculation_run_own on calculation_run using (kraj_code = app.kraj());
create policy decision_own on decision using (kraj_code = app.kraj());
create policy formal_check_verify on formal_check for select using (app.kind() = 'system');
create policy assessment_verify on assessment for select using (app.kind() = 'system');
create policy service_input_verify on service_input for select using (app.kind() = 'system');
create policy scheme_verify on scheme for select using (app.kind() = 'system');
create policy scheme_version_verify on scheme_version for select using (app.kind() = 'system');
create policy calculation_run_verify on calculation_run for select using (app.kind() = 'system');
create policy decision_verify on decision for select using (app.kind() = 'system');
grant select, insert, update on formal_check, assessment, service_input, scheme, scheme_version, decision to kraj_app;
grant select, insert on calculation_run to kraj_app;

alter table award enable row level security;
create policy award_read on award for select using (published_at is not null or kraj_code = app.kraj() or app.kind() = 'system');
create policy award_insert on award for insert with check (kraj_code = app.kraj());
create policy award_update on award for update using (kraj_code = app.kraj());
grant select, insert on award to kraj_app;
grant update (published_at) on award to kraj_app;

alter table award_detail enable row level security;
create policy award_detail_read on award_detail for select
  using (kraj_code = app.kraj() or (published_at is not null and provider_id = app.provider()) or app.kind() = 'system');
create policy award_detail_insert on award_detail for insert with check (kraj_code = app.kraj());
create policy award_detail_update on award_detail for update using (kraj_code = app.kraj());
grant select, insert on award_detail to kraj_app;
grant update (published_at) on award_detail to kraj_app;

-- The code of a kraj of a row must be that of its window, whoever writes it.
create function app.same_kraj() returns trigger language plpgsql as $$
  begin
    if (select kraj_code from kraj_round where id = new.kraj_round_id) is distinct from new.kraj_code then
      raise exception 'kraj of the row differs from that of its window' using errcode = 'integrity_constraint_violation';
    end if;
    return new;
  end $$;
create trigger same_kraj before insert on extraordinary_term for each row execute function app.same_kraj();
create trigger same_kraj before insert on application_part for each row execute function app.same_kraj();
create trigger same_kraj before insert on part_service for each row execute function app.same_kraj();
create trigger same_kraj before insert on assessment for each row execute function app.same_kraj();
create trigger same_kraj before insert on service_input for each row execute function app.same_kraj();
create trigger same_kraj before insert on calculation_run for each row execute function app.same_kraj();
create trigger same_kraj before insert on decision for each row execute function app.same_kraj();
create trigger same_kraj before insert on award for each row execute function app.same_kraj();

-- A frozen scheme version stays as it is: its document may not change once a run used it.
create function app.keep_frozen() returns trigger language plpgsql as $$
  begin
    if old.frozen_at is not null and (new.document is distinct from old.document or new.frozen_at is distinct from old.frozen_at or new.version is distinct from old.version) then
      raise exception 'a frozen version does not change' using errcode = 'integrity_constraint_violation', constraint = 'scheme_version_frozen';
    end if;
    return new;
  end $$;
create trigger keep_frozen before update on scheme_version for each row execute function app.keep_frozen();
