-- Accounts from a file: what was uploaded waits here between its dry run and its doing.
create table account_import (
  id uuid primary key,
  organisation_id uuid not null references organisation,
  file_name text not null check (length(file_name) <= 200),
  content text not null check (length(content) <= 1048576),
  made_by uuid not null references account,
  made_at timestamptz not null,
  done_at timestamptz,
  made integer check (made >= 0)
);
create index account_import_organisation on account_import (organisation_id, made_at desc);
alter table account_import enable row level security;
create policy account_import_own on account_import using (app.kind() = 'system' or (organisation_id = app.org() and app.account() is not null));
grant select, insert, update on account_import to kraj_app;
