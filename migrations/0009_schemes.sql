-- A run says which services its rows are, which run it was tried on, and a digest by which two computations are compared. Nothing of it is
-- ever changed: the application may only insert.

alter table calculation_run
  add column services jsonb not null,
  add column allocated bigint not null check (allocated >= 0),
  add column based_on uuid references calculation_run,
  add column digest text not null check (digest ~ '^[0-9a-f]{16}$');

-- Results that are published rest on a run: no further one is computed.
create trigger not_published before insert on calculation_run for each row execute function app.not_published();

-- A run uses a version of a scheme of its own kraj, and that version is frozen by then.
create function app.run_of_frozen_scheme() returns trigger language plpgsql as $$
  begin
    if not exists (select from scheme_version v where v.id = new.scheme_version_id and v.kraj_code = new.kraj_code and v.frozen_at is not null) then
      raise exception 'a run needs a frozen version of a scheme of its kraj' using errcode = 'integrity_constraint_violation', constraint = 'run_scheme_frozen';
    end if;
    return new;
  end $$;
create trigger run_of_frozen_scheme before insert on calculation_run for each row execute function app.run_of_frozen_scheme();

create index calculation_run_scheme on calculation_run (scheme_version_id);
create index scheme_version_scheme on scheme_version (scheme_id, created_at);
