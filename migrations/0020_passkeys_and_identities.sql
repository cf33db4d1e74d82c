-- Passkeys (WebAuthn), and sign-in by identity providers (OpenID Connect).

-- What was begun in a browser and is to be finished in the same one: adding or showing a passkey, the way to an identity provider and back. It is
-- taken once. The digest is that of a token in a cookie of that browser.
create table ceremony (
  token_digest bytea primary key check (length(token_digest) = 32),
  kind text not null check (kind in ('passkey_add', 'passkey_show', 'passkey_sign_in', 'identity_sign_in', 'identity_link')),
  person_id uuid references person,
  session_id uuid references session (id),
  state jsonb not null,
  made_at timestamptz not null,
  ends_at timestamptz not null check (ends_at > made_at)
);
create index ceremony_ends on ceremony (ends_at);

create table passkey (
  id uuid primary key,
  person_id uuid not null references person,
  credential_id bytea not null unique check (length(credential_id) between 1 and 1023),
  name text not null check (length(name) between 1 and 60),
  -- Public key, counter and properties; no secret.
  content jsonb not null,
  made_at timestamptz not null,
  used_at timestamptz
);
create index passkey_person on passkey (person_id);

create table identity_provider (
  id uuid primary key,
  name text not null check (length(name) between 1 and 60),
  issuer text not null unique check (length(issuer) between 1 and 500),
  client_id text not null check (length(client_id) between 1 and 200),
  -- It asks for two factors itself, so that after it no other one is asked for.
  two_factors boolean not null,
  active boolean not null,
  made_by uuid references account,
  made_at timestamptz not null,
  version bigint not null default 1
);
create table identity_provider_secret (
  provider_id uuid primary key references identity_provider,
  secret text not null check (length(secret) between 1 and 500)
);

-- Who somebody is at a provider: its name for the person is unique only together with the provider's.
create table identity (
  issuer text not null,
  subject text not null check (length(subject) between 1 and 255),
  person_id uuid not null references person,
  linked_at timestamptz not null,
  used_at timestamptz,
  primary key (issuer, subject)
);
create index identity_person on identity (person_id);

alter table ceremony enable row level security;
alter table passkey enable row level security;
alter table identity_provider enable row level security;
alter table identity_provider_secret enable row level security;
alter table identity enable row level security;
create policy ceremony_all on ceremony using (app.kind() = 'system');
create policy passkey_read on passkey for select
  using (app.kind() in ('system', 'mpsv') or person_id = app.person()
         or exists (select from account a where a.person_id = passkey.person_id and a.organisation_id = app.org()));
create policy passkey_insert on passkey for insert with check (app.kind() = 'system' or person_id = app.person());
create policy passkey_use on passkey for update using (app.kind() = 'system' or person_id = app.person());
-- Whoever may reset a person may take the keys away.
create policy passkey_delete on passkey for delete
  using (app.kind() in ('system', 'mpsv') or person_id = app.person()
         or exists (select from account a where a.person_id = passkey.person_id and a.organisation_id = app.org()));
create policy identity_provider_read on identity_provider for select using (true);
create policy identity_provider_insert on identity_provider for insert with check (app.kind() in ('system', 'mpsv'));
create policy identity_provider_update on identity_provider for update using (app.kind() in ('system', 'mpsv'));
-- The ministry writes the secret, by the function below, and never reads it back.
create policy identity_provider_secret_read on identity_provider_secret for select using (app.kind() = 'system');
create policy identity_read on identity for select
  using (app.kind() in ('system', 'mpsv') or person_id = app.person()
         or exists (select from account a where a.person_id = identity.person_id and a.organisation_id = app.org()));
create policy identity_insert on identity for insert with check (app.kind() = 'system' or person_id = app.person());
create policy identity_use on identity for update using (app.kind() = 'system' or person_id = app.person());
-- Whoever may reset a person may untie what somebody else may have tied.
create policy identity_delete on identity for delete
  using (app.kind() in ('system', 'mpsv') or person_id = app.person()
         or exists (select from account a where a.person_id = identity.person_id and a.organisation_id = app.org()));
grant select, insert, delete on ceremony to kraj_app;
grant select, insert, update, delete on passkey, identity to kraj_app;
grant select, insert, update on identity_provider to kraj_app;
grant select on identity_provider_secret to kraj_app;

-- Whether a person has to show more than a password: codes or a passkey. The one place where that is decided.
create function app.has_second_factor(p_person uuid) returns boolean language sql stable parallel safe as $$
  select exists (select from person p where p.id = p_person and p.totp_since is not null)
      or exists (select from passkey k where k.person_id = p_person)
$$;
grant execute on function app.has_second_factor to kraj_app;

create function app.keep_identity_provider_secret(p_provider uuid, p_secret text) returns void
  language sql security definer set search_path = public, pg_temp as $$
  insert into identity_provider_secret (provider_id, secret)
  select p_provider, p_secret where app.kind() in ('system', 'mpsv')
  on conflict (provider_id) do update set secret = excluded.secret
$$;
revoke execute on function app.keep_identity_provider_secret from public;
grant execute on function app.keep_identity_provider_secret to kraj_app;

-- A sign-in can end because a consent is missing.
alter table session drop constraint session_ended_reason_check;
alter table session add constraint session_ended_reason_check
  check (ended_reason in ('signed_out', 'taken_over', 'ended', 'blocked', 'password', 'idle', 'consent'));
