-- All versions of a service, also those that were superseded, are read wherever secret addresses are hidden. Without these indexes every batch of
-- an import read whole tables, so that ten times the services took more than ten times the time.
create index service_version_service on service_version (service_id);
create index service_private_service on service_private (service_id);
drop index facility_version_service;
create index facility_version_service on facility_version (service_id);

-- During a first import the tables grow within one session: a plan that was kept for small ones would read large ones whole.
alter function app.hidden_addresses(uuid[], jsonb[]) set plan_cache_mode = force_custom_plan;
alter function app.facilities_at_hidden_addresses(uuid[]) set plan_cache_mode = force_custom_plan;

-- As before; but the versions are looked up first and the documents by their keys, whatever the planner takes the tables for without statistics.
create or replace function app.move_hidden_contacts(p_service uuid[]) returns void
  language plpgsql set search_path = public, pg_temp set plan_cache_mode = force_custom_plan as $$
  declare
    v_version constant uuid[] := array(select v.id from service_version v where v.service_id = any (p_service));
  begin
    insert into service_private as p (version_id, service_id, data)
      select v.id, v.service_id, jsonb_build_object('kontaktniAdresy (utajené)', jsonb_agg(c.address order by c.position))
      from service_version v join service_document d on d.version_id = v.id
      cross join jsonb_array_elements(coalesce(d.facts -> 'kontaktniAdresy', '[]')) with ordinality as c (address, position)
      where v.id = any (v_version) and d.version_id = any (v_version)
        and exists (select from facility_secret s where s.service_id = v.service_id and app.same_address(s.address, c.address))
      group by v.id, v.service_id
      on conflict (version_id) do update set data = p.data || jsonb_build_object('kontaktniAdresy (utajené)',
        coalesce(p.data -> 'kontaktniAdresy (utajené)', '[]') || (excluded.data -> 'kontaktniAdresy (utajené)'));
    update service_document d
      set facts = case when n.kept is null then d.facts - 'kontaktniAdresy' else jsonb_set(d.facts, '{kontaktniAdresy}', n.kept) end
      from (select v.id, jsonb_agg(c.address order by c.position) filter (where not c.hidden) as kept
            from service_version v join service_document o on o.version_id = v.id
            cross join lateral (select e.address, e.position, exists (select from facility_secret s
                where s.service_id = v.service_id and app.same_address(s.address, e.address)) as hidden
              from jsonb_array_elements(coalesce(o.facts -> 'kontaktniAdresy', '[]')) with ordinality as e (address, position)) c
            where v.id = any (v_version) and o.version_id = any (v_version)
            group by v.id having bool_or(c.hidden)) n
      where d.version_id = n.id and d.version_id = any (v_version);
    update service_document d
      set changes = coalesce((select jsonb_agg(c.change order by c.position) from jsonb_array_elements(d.changes) with ordinality as c (change, position)
                              where c.change ->> 'field' <> 'kontaktní adresy'), '[]')
      where d.version_id = any (array(select v.id from service_version v where v.id = any (v_version)
                                        and exists (select from service_private p where p.service_id = v.service_id and p.data ? 'kontaktniAdresy (utajené)')))
        and d.changes @> '[{"field": "kontaktní adresy"}]';
  end $$;
