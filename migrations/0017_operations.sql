-- Operations: news, planned outages, how available the parts were, settings of the operations, backups.

-- Aktuality. What was shown is withdrawn, never deleted.
create table news (
  id uuid primary key,
  audience text[] not null check (audience <@ array['public', 'kraje', 'providers'] and cardinality(audience) > 0),
  title text not null check (length(title) between 1 and 200),
  body text not null check (length(body) between 1 and 20000),
  shown_from date not null,
  shown_to date check (shown_to >= shown_from),
  made_at timestamptz not null,
  made_by uuid not null references account,
  updated_at timestamptz not null,
  withdrawn_at timestamptz,
  version bigint not null default 1
);
create index news_shown on news (shown_from desc, id desc);

create table news_file (
  id uuid primary key,
  news_id uuid not null references news,
  name text not null check (length(name) between 1 and 200),
  media text not null,
  content bytea not null check (length(content) between 1 and 10485760),
  added_at timestamptz not null,
  added_by uuid not null references account,
  removed_at timestamptz
);
create index news_file_news on news_file (news_id);

-- Odstávky. While one that says so runs, the parts it names are read only.
create table outage (
  id uuid primary key,
  starts_at timestamptz not null,
  ends_at timestamptz not null check (ends_at > starts_at),
  approximate boolean not null,
  reason text not null check (length(reason) between 1 and 2000),
  modules text[] not null check (modules <@ array['register', 'provider'] and cardinality(modules) > 0),
  read_only boolean not null,
  ended_at timestamptz,
  cancelled_at timestamptz,
  made_at timestamptz not null,
  made_by uuid not null references account,
  version bigint not null default 1
);
create index outage_time on outage (starts_at desc);

-- Minutes of a day, by UTC, in which a part answered and in which somebody looked. A day that nobody looked at has no row.
create table availability (
  day date not null,
  module text not null check (module in ('register', 'provider')),
  answered integer not null check (answered between 0 and 1440),
  failed integer not null check (failed between 0 and 1440),
  last_minute timestamptz not null,
  primary key (day, module)
);

-- Contacts of the hotline, whether the state of a part is public.
create table operations_setting (
  module text primary key check (module in ('register', 'provider')),
  phone text not null check (length(phone) <= 60),
  hours text not null check (length(hours) <= 100),
  email text not null check (length(email) <= 254),
  state_public boolean not null,
  version bigint not null default 1
);
insert into operations_setting (module, phone, hours, email, state_public) values
  ('register', '', '', '', false), ('provider', '', '', '', true);

create table backup (
  id uuid primary key,
  made_at timestamptz not null,
  bytes bigint not null check (bytes > 0),
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  file_name text not null check (length(file_name) <= 300)
);
create index backup_time on backup (made_at desc);

alter table news enable row level security;
alter table news_file enable row level security;
alter table outage enable row level security;
alter table availability enable row level security;
alter table operations_setting enable row level security;
alter table backup enable row level security;

-- Who reads a piece of news.
create function app.reads_news(p_audience text[], p_withdrawn timestamptz) returns boolean language sql stable parallel safe as $$
  select app.kind() in ('system', 'mpsv')
    or (p_withdrawn is null and ('public' = any(p_audience)
        or (app.kind() = 'kraj' and 'kraje' = any(p_audience)) or (app.kind() = 'provider' and 'providers' = any(p_audience))))
$$;
grant execute on function app.reads_news to kraj_app;
create policy news_read on news for select using (app.reads_news(audience, withdrawn_at));
create policy news_insert on news for insert with check (app.kind() = 'mpsv');
create policy news_update on news for update using (app.kind() = 'mpsv');
create policy news_file_read on news_file for select
  using (exists (select from news n where n.id = news_file.news_id) and (removed_at is null or app.kind() in ('system', 'mpsv')));
create policy news_file_insert on news_file for insert with check (app.kind() = 'mpsv');
create policy news_file_update on news_file for update using (app.kind() = 'mpsv');
-- When the system is not there, everybody may know.
create policy outage_read on outage for select using (true);
create policy outage_insert on outage for insert with check (app.kind() = 'mpsv');
create policy outage_update on outage for update using (app.kind() = 'mpsv');
create policy availability_read on availability for select using (true);
create policy availability_insert on availability for insert with check (app.kind() = 'system');
create policy availability_update on availability for update using (app.kind() = 'system');
create policy operations_setting_read on operations_setting for select using (true);
create policy operations_setting_update on operations_setting for update using (app.kind() = 'mpsv');
create policy backup_read on backup for select using (app.kind() <> 'public');
create policy backup_insert on backup for insert with check (app.kind() = 'system');
grant select, insert, update on news, news_file, outage, availability to kraj_app;
grant select, update on operations_setting to kraj_app;
grant select, insert on backup to kraj_app;
