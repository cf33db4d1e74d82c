-- Accounts deepened: passwords that have to be changed, second factor, recovery, rights with a history, consents, one live session, mail.

-- person ---------------------------------------------------------------------------------------------------------------------
alter table person
  add column must_change text check (must_change in ('initial', 'ordered', 'too_short', 'too_old')),
  add column client_id text unique check (client_id ~ '^[0-9A-Za-z-]{3,40}$'),
  add column totp_secret bytea check (length(totp_secret) between 16 and 64),
  add column totp_since timestamptz,
  add column totp_step bigint,
  add column demo boolean not null default false,
  add column version bigint not null default 1;

create table password_history (
  person_id uuid not null references person,
  set_at timestamptz not null,
  password_hash text not null,
  primary key (person_id, set_at)
);

-- A code that stands in for the second factor once.
create table recovery_code (
  person_id uuid not null references person,
  digest bytea not null check (length(digest) = 32),
  made_at timestamptz not null,
  used_at timestamptz,
  primary key (person_id, digest)
);

-- A link that was sent to set a new password; only the digest of its token is here.
create table recovery_link (
  token_digest bytea primary key check (length(token_digest) = 32),
  person_id uuid not null references person,
  made_at timestamptz not null,
  ends_at timestamptz not null,
  used_at timestamptz,
  address text
);
create index recovery_link_person on recovery_link (person_id, made_at desc);

-- account --------------------------------------------------------------------------------------------------------------------
-- An account that nobody confirmed cannot be used: whoever has an account elsewhere joins only by confirming.
alter table account
  add column confirmed_at timestamptz,
  add column made_by uuid references account,
  add column blocked_by uuid references account,
  add column blocked_reason text check (length(blocked_reason) <= 2000),
  add column version bigint not null default 1;
update account set confirmed_at = created_at;

alter table account_right
  add column id uuid,
  add column granted_at timestamptz,
  add column granted_by uuid references account,
  add column revoked_at timestamptz,
  add column revoked_by uuid references account;
update account_right set id = gen_random_uuid();
alter table account_right alter column id set not null, drop constraint account_right_pkey, add primary key (id);
create index account_right_account on account_right (account_id, right_code);

-- What an account may do on a day. The one place where validity, revocation and blocking are decided.
create function app.rights(p_account uuid, p_day date) returns text[] language sql stable parallel safe as $$
  select coalesce(array_agg(distinct r.right_code order by r.right_code), '{}') from account_right r
  where r.account_id = p_account and r.revoked_at is null and r.valid_from <= p_day and (r.valid_to is null or r.valid_to >= p_day)
$$;
grant execute on function app.rights to kraj_app;

-- consent --------------------------------------------------------------------------------------------------------------------
-- Souhlas se zpracováním osobních údajů, since 26 July 2016 only where configuration asks for it.
create table consent (
  id uuid primary key,
  person_id uuid not null references person,
  organisation_id uuid not null references organisation,
  given_on date not null,
  channel text not null check (channel in ('datova_schranka', 'listina', 'elektronicky_podpis')),
  message_id text check (length(message_id) <= 40),
  file_name text check (length(file_name) <= 200),
  file bytea check (length(file) <= 10485760),
  noted_by uuid references account,
  noted_at timestamptz not null
);
create index consent_person on consent (person_id);

-- session --------------------------------------------------------------------------------------------------------------------
-- Between the password and the first page stand gates; a session with one opens nothing but that.
alter table session
  add column id uuid,
  add column person_id uuid references person,
  add column gate text,
  add column second_factor_at timestamptz,
  add column chosen_at timestamptz,
  add column opened_at timestamptz,
  add column ended_reason text check (ended_reason in ('signed_out', 'taken_over', 'ended', 'blocked', 'password', 'idle')),
  add column back text check (length(back) <= 2000),
  add column renew boolean not null default false,
  add column previous_digest bytea,
  add column renewed_at timestamptz;
update session set id = gen_random_uuid();
alter table session alter column id set not null, add unique (id);
update session s set person_id = a.person_id, opened_at = s.created_at from account a where a.id = s.account_id;
alter table session alter column person_id set not null;
create index session_person on session (person_id, created_at desc);
create index session_previous on session (previous_digest) where previous_digest is not null;

-- mail -----------------------------------------------------------------------------------------------------------------------
-- What is to be sent; the text is emptied once it is on its way.
create table mail (
  id uuid primary key,
  made_at timestamptz not null,
  recipient text not null check (length(recipient) <= 254),
  subject text not null check (length(subject) <= 300),
  body text check (length(body) <= 20000),
  sent_at timestamptz,
  tries integer not null default 0,
  next_try_at timestamptz not null,
  fault text
);
create index mail_waiting on mail (next_try_at) where sent_at is null;

-- policies -------------------------------------------------------------------------------------------------------------------
-- The ministry makes first accounts and helps people of several organisations.
drop policy account_all on account;
create policy account_all on account
  using (app.kind() in ('system', 'mpsv') or organisation_id = app.org() or person_id = app.person());
drop policy person_all on person;
create policy person_read on person for select
  using (app.kind() in ('system', 'mpsv') or id = app.person()
         or exists (select from account a where a.person_id = person.id and a.organisation_id = app.org()));
create policy person_update on person for update
  using (app.kind() in ('system', 'mpsv') or id = app.person()
         or exists (select from account a where a.person_id = person.id and a.organisation_id = app.org()));
-- A person comes before the account that ties it to an organisation.
create policy person_insert on person for insert with check (app.kind() = 'system' or app.account() is not null);
drop policy session_all on session;
create policy session_all on session
  using (app.kind() in ('system', 'mpsv') or person_id = app.person()
         or exists (select from account a where a.person_id = session.person_id and a.organisation_id = app.org()));

alter table password_history enable row level security;
alter table recovery_code enable row level security;
alter table recovery_link enable row level security;
alter table consent enable row level security;
alter table mail enable row level security;
create policy password_history_read on password_history for select using (app.kind() = 'system' or person_id = app.person());
create policy password_history_trim on password_history for delete using (app.kind() = 'system' or person_id = app.person());
-- Whoever resets a password adds the one before to the history, and cannot read it.
create policy password_history_insert on password_history for insert
  with check (app.kind() in ('system', 'mpsv') or person_id = app.person()
              or exists (select from account a where a.person_id = password_history.person_id and a.organisation_id = app.org()));
create policy recovery_code_read on recovery_code for select
  using (app.kind() = 'system' or person_id = app.person());
create policy recovery_code_write on recovery_code for insert with check (app.kind() = 'system' or person_id = app.person());
create policy recovery_code_use on recovery_code for update using (app.kind() = 'system' or person_id = app.person());
-- Whoever may reset a person may take the codes away, unseen.
create policy recovery_code_delete on recovery_code for delete
  using (app.kind() in ('system', 'mpsv') or person_id = app.person()
         or exists (select from account a where a.person_id = recovery_code.person_id and a.organisation_id = app.org()));
create policy recovery_link_all on recovery_link using (app.kind() = 'system');
create policy consent_all on consent using (app.kind() = 'system' or organisation_id = app.org());
create policy mail_insert on mail for insert with check (true);
create policy mail_read on mail for select using (app.kind() in ('system', 'mpsv'));
create policy mail_update on mail for update using (app.kind() = 'system');
grant select, insert, delete on password_history to kraj_app;
grant select, insert, update, delete on recovery_code to kraj_app;
grant select, insert, update on recovery_link, consent, mail to kraj_app;

-- A person's name is taken whoever asks, and nobody learns more than that.
create function app.login_taken(p_login text) returns boolean language sql stable security definer set search_path = public, pg_temp
  as $$ select exists (select from person where login = p_login) $$;
revoke execute on function app.login_taken from public;
grant execute on function app.login_taken to kraj_app;

-- How many accounts a person has, in all organisations.
create function app.accounts_of(p_person uuid) returns bigint language sql stable security definer set search_path = public, pg_temp
  as $$ select count(*) from account where person_id = p_person and blocked_at is null $$;
-- The person with this sign-in name and this name, for an administrator who wants to invite somebody who has an account elsewhere. Both must be
-- known, so that nobody learns from it who has an account.
create function app.invitable(p_login text, p_name text) returns uuid language sql stable security definer set search_path = public, pg_temp
  as $$ select id from person where login = p_login and lower(name) = lower(p_name) $$;
revoke execute on function app.accounts_of, app.invitable from public;
grant execute on function app.accounts_of, app.invitable to kraj_app;
