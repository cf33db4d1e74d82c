-- The trail: what has expired is emptied, and events are found by person and kind.

set role kraj_audit;
create index event_kind on audit.event (chain, kind text_pattern_ops, at desc);

alter table audit.event add column expired_at timestamptz;

-- Security events (accounts.*, system.*, audit.*) and acts (everything else) are kept for different times. What expires loses content, address and
-- device; its digest stays, and with it the link of everything after it.
create function audit.expire(p_security timestamptz, p_acts timestamptz) returns bigint
  language plpgsql security definer set search_path = audit, pg_temp as $$
  declare
    n bigint;
  begin
    update audit.event set content = null, address = null, device = null, session_digest = null, expired_at = greatest(p_security, p_acts)
    where expired_at is null
      and at < case when kind like 'accounts.%' or kind like 'system.%' or kind like 'audit.%' then p_security else p_acts end;
    get diagnostics n = row_count;
    return n;
  end $$;

-- As before, and content that expired is not compared: the link still covers its digest.
create or replace function audit.broken() returns table (chain text, seq bigint, fault text)
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
       or (w.expired_at is null and w.digest <> audit.digest(w.at, w.kind, w.object_kind, w.object_id, w.organisation_id, w.account_id,
             w.person_id, w.session_digest, w.address, w.device, w.outcome, w.content))
       or (w.expired_at is not null and (w.content is not null or w.address is not null or w.device is not null))
    union all
    select h.chain, h.seq, 'head' from audit.head h
    where not exists (select from audit.event e where e.chain = h.chain and e.seq = h.seq and e.link = h.link)
    order by 1, 2
  $$;
revoke execute on function audit.expire from public;
grant execute on function audit.expire to kraj_app;
reset role;
