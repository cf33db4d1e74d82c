-- A round that is being decided rests on its applications and their assessment: once a step of the decision is closed, none of it changes, and
-- after publication nothing of the round does.

-- Whether a step of the decision is closed; also asked on behalf of providers, who do not see decisions.
create function app.round_decided(uuid) returns boolean language sql stable security definer set search_path = public, pg_temp as $$
  select exists (select from decision d, jsonb_array_elements(d.document -> 'steps') step
                 where d.kraj_round_id = $1 and step -> 'closed' is not null and step -> 'closed' <> 'null'::jsonb)
      or exists (select from kraj_round k where k.id = $1 and k.results_published_at is not null)
  $$;
revoke all on function app.round_decided(uuid) from public;
grant execute on function app.round_decided(uuid) to kraj_app;

create function app.not_decided() returns trigger language plpgsql as $$
  begin
    if app.round_decided(new.kraj_round_id) then
      raise exception 'the round is being decided' using errcode = 'integrity_constraint_violation', constraint = 'round_decided';
    end if;
    return new;
  end $$;
create function app.part_not_decided() returns trigger language plpgsql as $$
  begin
    if app.round_decided((select p.kraj_round_id from application_part p where p.id = new.part_id)) then
      raise exception 'the round is being decided' using errcode = 'integrity_constraint_violation', constraint = 'round_decided';
    end if;
    return new;
  end $$;
create trigger not_decided before insert or update on application_part for each row execute function app.not_decided();
create trigger not_decided before insert on part_service for each row execute function app.not_decided();
create trigger not_decided before insert or update on assessment for each row execute function app.not_decided();
create trigger not_decided before insert or update on service_input for each row execute function app.not_decided();
create trigger not_decided before insert or update on formal_check for each row execute function app.part_not_decided();

-- What is published stays as it is.
create trigger not_published before insert or update on decision for each row execute function app.not_published();
create trigger not_published before insert on extraordinary_term for each row execute function app.not_published();
