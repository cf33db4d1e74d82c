-- The round as a kraj works in it: applications that come as a file are checked first and taken over by a second command, so what was read
-- waits here; and after publication nothing of an assessment changes.

create table application_import (
  id uuid primary key,
  kraj_round_id uuid not null references kraj_round,
  kraj_code text not null,
  file_name text not null check (length(file_name) <= 300),
  content text not null check (octet_length(content) <= 8388608),
  created_at timestamptz not null,
  created_by text not null,
  done_at timestamptz
);
create index application_import_round on application_import (kraj_round_id, created_at desc);

alter table application_import enable row level security;
create policy application_import_own on application_import using (kraj_code = app.kraj());
grant select, insert on application_import to kraj_app;
grant update (done_at) on application_import to kraj_app;
create trigger same_kraj before insert on application_import for each row execute function app.same_kraj();

-- The same service in rounds of earlier years.
create index part_service_service on part_service (service_id, kraj_code);
create index award_service on award (service_id, kraj_code);
create index part_service_part on part_service (part_id);

-- Results that are published rest on what was assessed: none of it changes afterwards.
create function app.not_published() returns trigger language plpgsql as $$
  begin
    if (select results_published_at from kraj_round where id = new.kraj_round_id) is not null then
      raise exception 'the results of the round are published' using errcode = 'integrity_constraint_violation', constraint = 'round_published';
    end if;
    return new;
  end $$;
create trigger not_published before insert or update on assessment for each row execute function app.not_published();
create trigger not_published before insert or update on service_input for each row execute function app.not_published();
create function app.part_not_published() returns trigger language plpgsql as $$
  begin
    if (select r.results_published_at from application_part p join kraj_round r on r.id = p.kraj_round_id where p.id = new.part_id) is not null then
      raise exception 'the results of the round are published' using errcode = 'integrity_constraint_violation', constraint = 'round_published';
    end if;
    return new;
  end $$;
create trigger not_published before insert or update on formal_check for each row execute function app.part_not_published();
