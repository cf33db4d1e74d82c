-- An invitation that nobody answered is no account: it must not take the help of the own administrator away from the person.
create or replace function app.accounts_of(p_person uuid) returns bigint language sql stable security definer set search_path = public, pg_temp
  as $$ select count(*) from account where person_id = p_person and blocked_at is null and confirmed_at is not null $$;

-- Nothing younger than the shortest times can be emptied, whoever asks: security events 18 months, acts 10 years before the newest event.
set role kraj_audit;
create or replace function audit.expire(p_security timestamptz, p_acts timestamptz) returns bigint
  language plpgsql security definer set search_path = audit, pg_temp as $$
  declare
    n bigint;
    newest timestamptz;
  begin
    select max(at) into newest from audit.event;
    p_security := least(p_security, newest - interval '18 months');
    p_acts := least(p_acts, newest - interval '10 years');
    update audit.event set content = null, address = null, device = null, session_digest = null, expired_at = greatest(p_security, p_acts)
    where expired_at is null
      and at < case when kind like 'accounts.%' or kind like 'system.%' or kind like 'audit.%' or kind like 'access.%' then p_security else p_acts end;
    get diagnostics n = row_count;
    return n;
  end $$;
reset role;
