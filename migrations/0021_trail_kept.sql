-- Acts on applications, awards and the register live as long as their records, which are never deleted: their content never expires. And what was
-- emptied although it may not be yet, or never, is found. Both count months in UTC, so that they agree whatever zone the session has;
-- months differ in length, so three days less are no fault.
set role kraj_audit;

-- How long content is kept at least; none is for ever.
create function audit.kept(p_kind text) returns interval language sql immutable as $$
  select case
    when p_kind like 'subsidy.%' or p_kind like 'registry.%' then null
    when p_kind like 'accounts.%' or p_kind like 'system.%' or p_kind like 'audit.%' or p_kind like 'access.%' then interval '18 months'
    else interval '10 years' end
$$;
revoke execute on function audit.kept from public;

create or replace function audit.expire(p_security timestamptz, p_acts timestamptz) returns bigint
  language plpgsql security definer set search_path = audit, pg_temp set timezone = 'UTC' as $$
  declare
    n bigint;
    newest timestamptz;
  begin
    select max(at) into newest from audit.event;
    p_security := least(p_security, newest - interval '18 months');
    p_acts := least(p_acts, newest - interval '10 years');
    update audit.event set content = null, address = null, device = null, session_digest = null, expired_at = greatest(p_security, p_acts)
    where expired_at is null
      and at < case audit.kept(kind) when interval '18 months' then p_security when interval '10 years' then p_acts end;
    get diagnostics n = row_count;
    return n;
  end $$;

create or replace function audit.broken() returns table (chain text, seq bigint, fault text)
  language sql stable security definer set search_path = audit, pg_temp set timezone = 'UTC' as $$
    with walked as (
      select e.*, lag(e.link, 1, sha256(convert_to(e.chain, 'UTF8'))) over w as previous, lag(e.seq, 1, 0::bigint) over w as previous_seq,
        e.expired_at is not null and coalesce(e.at >= (select max(n.at) from audit.event n) - audit.kept(e.kind) + interval '3 days', true) as too_early
      from audit.event e window w as (partition by e.chain order by e.seq)
    )
    select w.chain, w.seq,
      case when w.seq <> w.previous_seq + 1 then 'gap'
           when w.link <> audit.link(w.previous, w.chain, w.seq, w.at, w.kind, w.object_kind, w.object_id, w.digest) then 'link'
           when w.too_early then 'expired'
           else 'content' end
    from walked w
    where w.seq <> w.previous_seq + 1
       or w.link <> audit.link(w.previous, w.chain, w.seq, w.at, w.kind, w.object_kind, w.object_id, w.digest)
       or (w.expired_at is null and w.digest <> audit.digest(w.at, w.kind, w.object_kind, w.object_id, w.organisation_id, w.account_id,
             w.person_id, w.session_digest, w.address, w.device, w.outcome, w.content))
       or (w.expired_at is not null and (w.content is not null or w.address is not null or w.device is not null))
       or w.too_early
    union all
    select h.chain, h.seq, 'head' from audit.head h
    where not exists (select from audit.event e where e.chain = h.chain and e.seq = h.seq and e.link = h.link)
    order by 1, 2
  $$;

reset role;
