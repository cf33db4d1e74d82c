-- Code lists and the register of social services. What everybody may see stands in tables that everybody can read; what is not public stands
-- in tables of its own, for the registering authority and the provider. Facts are versions: `valid` says when they hold, `recorded_at` since
-- when this system knows, `superseded_at` until when it believed so.

-- code lists -----------------------------------------------------------------------------------------------------------------
create table codelist_row (
  list text not null check (list ~ '^[a-z_]+$'),
  key text not null check (length(key) between 1 and 60),
  code text check (length(code) <= 100),
  name text not null check (length(name) between 1 and 500),
  position integer not null,
  data jsonb not null default '{}',
  source text not null,
  certainty text not null,
  valid daterange not null default daterange(null, null),
  primary key (list, key, valid),
  exclude using gist (list with =, key with =, valid with &&)
);
create index codelist_row_code on codelist_row (list, code);

-- Regions, districts, municipalities and their parts: many rows that never overlap in time, so they have a table without that check.
create table territory (
  level text not null check (level in ('kraj', 'okres', 'obec', 'cast_obce')),
  key text not null,
  code text not null unique,
  name text not null,
  kraj text,
  okres text,
  obec text,
  postcodes text[] not null default '{}',
  latitude numeric(7, 4),
  longitude numeric(7, 4),
  primary key (level, key)
);
create index territory_okres on territory (okres) where level = 'obec';

-- Which edition of each shipped file was loaded.
create table codelist_file (
  name text primary key,
  digest bytea not null
);

alter table codelist_row enable row level security;
alter table territory enable row level security;
alter table codelist_file enable row level security;
create policy codelist_row_read on codelist_row for select using (true);
create policy codelist_row_write on codelist_row using (app.kind() = 'system' or app.kind() = 'mpsv');
create policy territory_read on territory for select using (true);
create policy territory_write on territory using (app.kind() = 'system' or app.kind() = 'mpsv');
create policy codelist_file_all on codelist_file using (app.kind() = 'system');
grant select, insert, update, delete on codelist_row, territory to kraj_app;
grant select, insert, update on codelist_file to kraj_app;

-- one import -----------------------------------------------------------------------------------------------------------------
create table import_run (
  id uuid primary key,
  as_of date not null,
  at timestamptz not null,
  person_id uuid,
  file_name text check (length(file_name) <= 300),
  file_digest bytea not null,
  file_bytes bigint not null,
  summary jsonb not null
);
create index import_run_as_of on import_run (as_of desc);

-- provider -------------------------------------------------------------------------------------------------------------------
create table provider (
  id uuid primary key,
  portal_id bigint unique check (portal_id > 0),
  ico text check (ico ~ '^[0-9]{8}$'),
  name text not null check (length(name) between 1 and 200),
  name_folded text not null,
  is_person boolean not null,
  registrar_id uuid references organisation,
  registrar_source text check (registrar_source in ('estimated', 'set')),
  created_at timestamptz not null,
  row_version bigint not null default 0,
  check ((registrar_id is null) = (registrar_source is null))
);
create index provider_ico on provider (ico);
create index provider_registrar on provider (registrar_id);
create index provider_name on provider (name collate cs, id);

create table provider_version (
  id uuid primary key,
  provider_id uuid not null references provider,
  valid daterange not null check (not isempty(valid)),
  recorded_at timestamptz not null,
  superseded_at timestamptz,
  source text not null check (source in ('import', 'registrar')),
  import_run_id uuid references import_run deferrable initially deferred,
  digest bytea not null,
  facts jsonb not null,
  changes jsonb not null,
  exclude using gist (provider_id with =, valid with &&) where (superseded_at is null)
);

create table provider_private (
  version_id uuid primary key references provider_version,
  provider_id uuid not null references provider,
  data jsonb not null
);

-- service --------------------------------------------------------------------------------------------------------------------
create table service (
  id uuid primary key,
  portal_id bigint unique check (portal_id > 0),
  provider_id uuid not null references provider,
  created_at timestamptz not null,
  row_version bigint not null default 0
);
create index service_provider on service (provider_id);

-- Narrow on purpose: the search reads it whole. The document of a version stands beside it.
create table service_version (
  id uuid primary key,
  service_id uuid not null references service,
  provider_id uuid not null references provider,
  valid daterange not null check (not isempty(valid)),
  recorded_at timestamptz not null,
  superseded_at timestamptz,
  source text not null check (source in ('import', 'registrar')),
  import_run_id uuid references import_run deferrable initially deferred,
  identifikator text,
  provided_from date,
  provided_to date,
  kind text,
  forms text[] not null,
  groups text[] not null,
  kraje text[] not null,
  okresy text[] not null,
  obce text[] not null,
  capacities jsonb not null,
  provider_name text not null,
  facility_name text,
  place text,
  address_line text,
  facilities integer not null,
  search_text text not null,
  exclude using gist (service_id with =, valid with &&) where (superseded_at is null)
);
create index service_version_text on service_version using gin (search_text gin_trgm_ops) where superseded_at is null;
create index service_version_provider on service_version (provider_id) where superseded_at is null;
create index service_version_name on service_version (provider_name collate cs, service_id) where superseded_at is null and upper_inf(valid);
create index service_version_identifikator on service_version (identifikator) where superseded_at is null;

create table service_document (
  version_id uuid primary key references service_version,
  facts jsonb not null,
  changes jsonb not null
);

create table service_private (
  version_id uuid primary key references service_version,
  service_id uuid not null references service,
  data jsonb not null
);

-- What the last import saw of a service: an unchanged record is known by its digest alone.
create table service_source (
  service_id uuid primary key references service,
  digest bytea not null check (length(digest) = 32),
  provider_digest bytea not null check (length(provider_digest) = 32)
);

-- facility -------------------------------------------------------------------------------------------------------------------
create table facility (
  id uuid primary key,
  service_id uuid not null references service,
  created_at timestamptz not null
);
create index facility_service on facility (service_id);

create table facility_version (
  id uuid primary key,
  facility_id uuid not null references facility,
  service_id uuid not null references service,
  valid daterange not null check (not isempty(valid)),
  recorded_at timestamptz not null,
  superseded_at timestamptz,
  source text not null check (source in ('import', 'registrar')),
  import_run_id uuid references import_run deferrable initially deferred,
  is_secret boolean not null,
  twins integer not null check (twins > 0),
  kraj text,
  facts jsonb not null,
  changes jsonb not null,
  check (not (is_secret and (facts ? 'adresa' or kraj is not null))),
  exclude using gist (facility_id with =, valid with &&) where (superseded_at is null)
);
create index facility_version_service on facility_version (service_id) where superseded_at is null;

create table facility_private (
  version_id uuid primary key references facility_version,
  service_id uuid not null references service,
  data jsonb not null
);

-- Secret addresses, the newest row of a facility counts. An import can add one, and neither reads nor removes any.
create table facility_secret (
  id uuid primary key,
  facility_id uuid not null references facility,
  service_id uuid not null references service,
  recorded_at timestamptz not null,
  kraj text,
  address jsonb not null
);
create index facility_secret_facility on facility_secret (facility_id, recorded_at desc);

-- what an import had to say --------------------------------------------------------------------------------------------------
create table import_problem (
  import_run_id uuid not null references import_run deferrable initially deferred,
  ordinal integer not null,
  kind text not null,
  record_index bigint,
  portal_id bigint,
  service_id uuid references service,
  provider_id uuid references provider,
  field text not null,
  text text not null,
  primary key (import_run_id, ordinal)
);
create index import_problem_kind on import_problem (import_run_id, kind, ordinal);

-- who may see and write ------------------------------------------------------------------------------------------------------
-- Whether the actor registers or is the provider.
create function app.keeps_provider(p_provider uuid) returns boolean language sql stable parallel safe as $$
  select p_provider = app.provider() or exists (select from provider p where p.id = p_provider and p.registrar_id = app.org())
$$;
create function app.keeps_service(p_service uuid) returns boolean language sql stable parallel safe as $$
  select exists (select from service s where s.id = p_service and app.keeps_provider(s.provider_id))
$$;
-- Whether the actor may write the register of a provider: the registering authority; imports run for the MPSV or the system.
create function app.registers_provider(p_provider uuid) returns boolean language sql stable parallel safe as $$
  select exists (select from provider p where p.id = p_provider and p.registrar_id = app.org())
$$;
create function app.registers_service(p_service uuid) returns boolean language sql stable parallel safe as $$
  select exists (select from service s join provider p on p.id = s.provider_id where s.id = p_service and p.registrar_id = app.org())
$$;
grant execute on function app.keeps_provider, app.keeps_service, app.registers_provider, app.registers_service to kraj_app;

alter table import_run enable row level security;
create policy import_run_read on import_run for select using (app.kind() = 'system' or app.kind() = 'mpsv' or app.kind() = 'kraj');
create policy import_run_insert on import_run for insert with check (app.kind() = 'system' or app.kind() = 'mpsv');
grant select, insert on import_run to kraj_app;

-- The day that the public register shows; nothing else of an import is public.
create function app.register_day() returns date language sql stable security definer set search_path = public, pg_temp
  as $$ select max(as_of) from import_run $$;
revoke execute on function app.register_day from public;
grant execute on function app.register_day to kraj_app;

alter table import_problem enable row level security;
create policy import_problem_read on import_problem for select
  using (app.kind() = 'system' or app.kind() = 'mpsv' or app.registers_provider(provider_id));
create policy import_problem_insert on import_problem for insert with check (app.kind() = 'system' or app.kind() = 'mpsv');
grant select, insert on import_problem to kraj_app;

alter table provider enable row level security;
create policy provider_read on provider for select using (true);
create policy provider_insert on provider for insert with check (app.kind() = 'system' or app.kind() = 'mpsv' or registrar_id = app.org());
create policy provider_update on provider for update using (app.kind() = 'system' or app.kind() = 'mpsv' or registrar_id = app.org());
grant select, insert, update on provider to kraj_app;

alter table provider_version enable row level security;
create policy provider_version_read on provider_version for select using (true);
create policy provider_version_insert on provider_version for insert
  with check (app.kind() = 'system' or app.kind() = 'mpsv' or app.registers_provider(provider_id));
create policy provider_version_update on provider_version for update
  using (app.kind() = 'system' or app.kind() = 'mpsv' or app.registers_provider(provider_id));
grant select, insert, update on provider_version to kraj_app;

alter table provider_private enable row level security;
create policy provider_private_read on provider_private for select
  using (app.kind() = 'system' or app.kind() = 'mpsv' or app.keeps_provider(provider_id));
create policy provider_private_insert on provider_private for insert
  with check (app.kind() = 'system' or app.kind() = 'mpsv' or app.registers_provider(provider_id));
grant select, insert on provider_private to kraj_app;

alter table service enable row level security;
create policy service_read on service for select using (true);
create policy service_insert on service for insert with check (app.kind() = 'system' or app.kind() = 'mpsv' or app.registers_provider(provider_id));
create policy service_update on service for update using (app.kind() = 'system' or app.kind() = 'mpsv' or app.registers_provider(provider_id));
grant select, insert, update on service to kraj_app;

alter table service_version enable row level security;
create policy service_version_read on service_version for select using (true);
create policy service_version_insert on service_version for insert
  with check (app.kind() = 'system' or app.kind() = 'mpsv' or app.registers_service(service_id));
create policy service_version_update on service_version for update
  using (app.kind() = 'system' or app.kind() = 'mpsv' or app.registers_service(service_id));
grant select, insert, update on service_version to kraj_app;

alter table service_document enable row level security;
create policy service_document_read on service_document for select using (true);
create policy service_document_insert on service_document for insert
  with check (app.kind() = 'system' or app.kind() = 'mpsv'
    or exists (select from service_version v where v.id = version_id and app.registers_service(v.service_id)));
grant select, insert on service_document to kraj_app;

alter table service_private enable row level security;
create policy service_private_read on service_private for select
  using (app.kind() = 'system' or app.kind() = 'mpsv' or app.keeps_service(service_id));
create policy service_private_insert on service_private for insert
  with check (app.kind() = 'system' or app.kind() = 'mpsv' or app.registers_service(service_id));
grant select, insert on service_private to kraj_app;

alter table service_source enable row level security;
create policy service_source_all on service_source using (app.kind() = 'system' or app.kind() = 'mpsv');
grant select, insert, update on service_source to kraj_app;

alter table facility enable row level security;
create policy facility_read on facility for select using (true);
create policy facility_insert on facility for insert with check (app.kind() = 'system' or app.kind() = 'mpsv' or app.registers_service(service_id));
grant select, insert on facility to kraj_app;

alter table facility_version enable row level security;
create policy facility_version_read on facility_version for select using (true);
create policy facility_version_insert on facility_version for insert
  with check (app.kind() = 'system' or app.kind() = 'mpsv' or app.registers_service(service_id));
create policy facility_version_update on facility_version for update
  using (app.kind() = 'system' or app.kind() = 'mpsv' or app.registers_service(service_id));
grant select, insert, update on facility_version to kraj_app;

alter table facility_private enable row level security;
create policy facility_private_read on facility_private for select
  using (app.kind() = 'system' or app.kind() = 'mpsv' or app.keeps_service(service_id));
create policy facility_private_insert on facility_private for insert
  with check (app.kind() = 'system' or app.kind() = 'mpsv' or app.registers_service(service_id));
grant select, insert on facility_private to kraj_app;

-- Not even the MPSV reads secret addresses; they are added by app.keep_secret_addresses alone.
alter table facility_secret enable row level security;
create policy facility_secret_read on facility_secret for select using (app.keeps_service(service_id));
grant select on facility_secret to kraj_app;

-- Adds secret addresses that differ from the newest one of their facility.
create function app.keep_secret_addresses(p_id uuid[], p_facility uuid[], p_kraj text[], p_address jsonb[], p_at timestamptz) returns bigint
  language plpgsql security definer set search_path = public, pg_temp as $$
  declare
    kept bigint;
  begin
    if app.kind() is distinct from 'system' and app.kind() is distinct from 'mpsv' and app.kind() is distinct from 'kraj' then
      raise exception 'not allowed' using errcode = 'insufficient_privilege';
    end if;
    insert into facility_secret (id, facility_id, service_id, recorded_at, kraj, address)
      select n.id, n.facility_id, f.service_id, p_at, nullif(n.kraj, ''), n.address
      from unnest(p_id, p_facility, p_kraj, p_address) as n (id, facility_id, kraj, address) join facility f on f.id = n.facility_id
      where (app.kind() <> 'kraj' or app.registers_service(f.service_id))
        and n.address is distinct from
          (select s.address from facility_secret s where s.facility_id = n.facility_id order by s.recorded_at desc, s.id desc limit 1);
    get diagnostics kept = row_count;
    return kept;
  end $$;

-- How many facilities of each provider lie in which region, secret ones among them: a count says nothing about an address.
create function app.facility_regions(p_provider uuid[]) returns table (provider_id uuid, kraj text, facilities bigint)
  language sql stable security definer set search_path = public, pg_temp as $$
    select s.provider_id, coalesce(v.kraj, x.kraj), sum(v.twins)
    from service s
    join facility_version v on v.service_id = s.id and v.superseded_at is null and upper_inf(v.valid)
    left join lateral (select f.kraj from facility_secret f where f.facility_id = v.facility_id order by f.recorded_at desc, f.id desc limit 1) x
      on v.is_secret
    where s.provider_id = any (p_provider) and coalesce(v.kraj, x.kraj) is not null
    group by 1, 2
  $$;
revoke execute on function app.keep_secret_addresses, app.facility_regions from public;
grant execute on function app.keep_secret_addresses, app.facility_regions to kraj_app;
