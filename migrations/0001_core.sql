-- Organisations, people, accounts, sessions, idempotency and the audit chain.
-- Policies read who acts from settings of the transaction, which store.begin sets (server/store/src/lib.rs).

create extension if not exists pg_trgm;
create extension if not exists btree_gist;

create collation cs (provider = icu, locale = 'cs-CZ');

revoke create on schema public from public;
grant usage on schema public to kraj_app;

create schema app;
grant usage on schema app to kraj_app, kraj_audit;

-- What kind of actor the transaction was opened for: public, provider, kraj, mpsv, system.
create function app.kind() returns text language sql stable parallel safe
  as $$ select coalesce(nullif(current_setting('app.kind', true), ''), 'public') $$;
create function app.org() returns uuid language sql stable parallel safe
  as $$ select nullif(current_setting('app.org', true), '')::uuid $$;
create function app.kraj() returns text language sql stable parallel safe
  as $$ select nullif(current_setting('app.kraj', true), '') $$;
create function app.provider() returns uuid language sql stable parallel safe
  as $$ select nullif(current_setting('app.provider', true), '')::uuid $$;
create function app.person() returns uuid language sql stable parallel safe
  as $$ select nullif(current_setting('app.person', true), '')::uuid $$;
create function app.account() returns uuid language sql stable parallel safe
  as $$ select nullif(current_setting('app.account', true), '')::uuid $$;
grant execute on all functions in schema app to kraj_app, kraj_audit;

-- organisation ---------------------------------------------------------------------------------------------------------------
create table organisation (
  id uuid primary key,
  kind text not null check (kind in ('mpsv', 'kraj', 'provider')),
  name text not null check (length(name) between 1 and 300),
  ico text check (ico ~ '^[0-9]{8}$'),
  kraj_code text unique check ((kind = 'kraj') = (kraj_code is not null)),
  provider_id uuid unique check (provider_id is null or kind = 'provider'),
  created_at timestamptz not null
);
create unique index organisation_one_mpsv on organisation (kind) where kind = 'mpsv';
alter table organisation enable row level security;
create policy organisation_read on organisation for select using (true);
create policy organisation_insert on organisation for insert with check (app.kind() = 'system' or app.kind() = 'mpsv');
create policy organisation_update on organisation for update using (app.kind() = 'system' or app.kind() = 'mpsv');
grant select, insert, update on organisation to kraj_app;

-- person, account, rights ----------------------------------------------------------------------------------------------------
create table person (
  id uuid primary key,
  login text not null unique check (login = lower(login) and length(login) between 2 and 100),
  name text not null check (length(name) between 1 and 200),
  email text check (length(email) <= 254),
  password_hash text not null,
  password_changed_at timestamptz not null,
  density text not null default 'auto' check (density in ('auto', 'compact', 'comfortable')),
  created_at timestamptz not null
);

create table account (
  id uuid primary key,
  person_id uuid not null references person,
  organisation_id uuid not null references organisation,
  role text not null,
  blocked_at timestamptz,
  created_at timestamptz not null,
  unique (person_id, organisation_id)
);
create index account_organisation on account (organisation_id);

create table account_right (
  account_id uuid not null references account,
  right_code text not null,
  valid_from date not null,
  valid_to date check (valid_to >= valid_from),
  primary key (account_id, right_code, valid_from)
);

alter table person enable row level security;
alter table account enable row level security;
alter table account_right enable row level security;
create policy account_all on account
  using (app.kind() = 'system' or organisation_id = app.org() or person_id = app.person());
create policy person_all on person
  using (app.kind() = 'system' or id = app.person()
         or exists (select from account a where a.person_id = person.id and a.organisation_id = app.org()));
create policy account_right_all on account_right
  using (app.kind() = 'system' or exists (select from account a where a.id = account_right.account_id));
grant select, insert, update on person, account, account_right to kraj_app;

-- session --------------------------------------------------------------------------------------------------------------------
create table session (
  token_digest bytea primary key check (length(token_digest) = 32),
  account_id uuid not null references account,
  created_at timestamptz not null,
  last_seen_at timestamptz not null,
  ends_at timestamptz not null,
  ended_at timestamptz,
  address text,
  device text check (length(device) <= 300)
);
create index session_account on session (account_id, created_at desc);
alter table session enable row level security;
create policy session_all on session using (app.kind() = 'system' or account_id = app.account());
grant select, insert, update on session to kraj_app;

-- idempotency: a command that was done is answered with what it answered the first time ---------------------------------------
create table idempotency (
  account_id uuid not null,
  key text not null check (length(key) between 8 and 100),
  command text not null,
  request_digest bytea not null,
  response jsonb not null,
  done_at timestamptz not null,
  primary key (account_id, key)
);
create index idempotency_done on idempotency (done_at);
alter table idempotency enable row level security;
create policy idempotency_all on idempotency using (account_id = app.account());
grant select, insert on idempotency to kraj_app;

-- audit ----------------------------------------------------------------------------------------------------------------------
create schema audit authorization kraj_audit;
set role kraj_audit;
create table audit.head (
  chain text primary key,
  seq bigint not null,
  link bytea not null
);
create table audit.event (
  chain text not null,
  seq bigint not null,
  at timestamptz not null,
  kind text not null,
  object_kind text,
  object_id text,
  organisation_id uuid,
  account_id uuid,
  person_id uuid,
  session_digest text,
  address text,
  device text,
  outcome text not null check (outcome in ('done', 'refused', 'failed')),
  content jsonb,
  digest bytea not null,
  link bytea not null,
  primary key (chain, seq)
);
create index event_object on audit.event (object_kind, object_id, chain, seq);
create index event_at on audit.event (chain, at);

-- The digest covers everything; the link covers the digest, so content that expires can be emptied and the chain still verifies.
create function audit.digest(p_at timestamptz, p_kind text, p_object_kind text, p_object_id text, p_organisation uuid, p_account uuid,
    p_person uuid, p_session text, p_address text, p_device text, p_outcome text, p_content jsonb) returns bytea
  language sql immutable set timezone = 'UTC' as $$
    select sha256(convert_to(jsonb_build_array(to_char(p_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), p_kind, p_object_kind, p_object_id,
      p_organisation, p_account, p_person, p_session, p_address, p_device, p_outcome, p_content)::text, 'UTF8'))
  $$;
create function audit.link(p_previous bytea, p_chain text, p_seq bigint, p_at timestamptz, p_kind text, p_object_kind text, p_object_id text, p_digest bytea)
  returns bytea language sql immutable set timezone = 'UTC' as $$
    select sha256(p_previous || convert_to(jsonb_build_array(p_chain, p_seq, to_char(p_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), p_kind,
      p_object_kind, p_object_id)::text, 'UTF8') || p_digest)
  $$;

create function audit.append(p_chain text, p_at timestamptz, p_kind text, p_object_kind text, p_object_id text, p_organisation uuid, p_account uuid,
    p_person uuid, p_session text, p_address text, p_device text, p_outcome text, p_content jsonb) returns bigint
  language plpgsql security definer set search_path = audit, pg_temp as $$
  declare
    h audit.head;
    d bytea;
    l bytea;
  begin
    insert into audit.head (chain, seq, link) values (p_chain, 0, sha256(convert_to(p_chain, 'UTF8'))) on conflict do nothing;
    select * into h from audit.head where chain = p_chain for update;
    d := audit.digest(p_at, p_kind, p_object_kind, p_object_id, p_organisation, p_account, p_person, p_session, p_address, p_device, p_outcome, p_content);
    l := audit.link(h.link, p_chain, h.seq + 1, p_at, p_kind, p_object_kind, p_object_id, d);
    insert into audit.event values (p_chain, h.seq + 1, p_at, p_kind, p_object_kind, p_object_id, p_organisation, p_account, p_person, p_session,
      p_address, p_device, p_outcome, p_content, d, l);
    update audit.head set seq = h.seq + 1, link = l where chain = p_chain;
    return h.seq + 1;
  end $$;

-- Every link that does not follow from the one before it, or whose content does not match its digest.
create function audit.broken() returns table (chain text, seq bigint, fault text)
  language sql stable security definer set search_path = audit, pg_temp as $$
    with walked as (
      select e.*, lag(e.link, 1, sha256(convert_to(e.chain, 'UTF8'))) over w as previous, lag(e.seq, 1, 0::bigint) over w as previous_seq
      from audit.event e window w as (partition by e.chain order by e.seq)
    )
    select w.chain, w.seq,
      case when w.seq <> w.previous_seq + 1 then 'gap'
           when w.link <> audit.link(w.previous, w.chain, w.seq, w.at, w.kind, w.object_kind, w.object_id, w.digest) then 'link'
           else 'content' end
    from walked w
    where w.seq <> w.previous_seq + 1
       or w.link <> audit.link(w.previous, w.chain, w.seq, w.at, w.kind, w.object_kind, w.object_id, w.digest)
       or (w.content is not null and w.digest <> audit.digest(w.at, w.kind, w.object_kind, w.object_id, w.organisation_id, w.account_id,
             w.person_id, w.session_digest, w.address, w.device, w.outcome, w.content))
    union all
    select h.chain, h.seq, 'head' from audit.head h
    where not exists (select from audit.event e where e.chain = h.chain and e.seq = h.seq and e.link = h.link)
    order by 1, 2
  $$;

alter table audit.event enable row level security;
create policy event_read on audit.event for select
  using (chain = app.org()::text or (chain = 'system' and app.kind() = 'mpsv') or app.kind() = 'system');
grant usage on schema audit to kraj_app, kraj_owner;
grant select on audit.event to kraj_app;
revoke execute on all functions in schema audit from public;
grant execute on function audit.append, audit.broken to kraj_app;
reset role;
