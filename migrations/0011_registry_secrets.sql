-- A secret address hides every equal address of the same service: of its other facilities and among its contact addresses, in all versions.
-- Addresses are compared here, because nobody but the registering authority and the provider may read the secret ones.

-- Code of the address point.
create function app.address_point(p jsonb) returns text language sql immutable parallel safe as $$
  select nullif(nullif(trim(p ->> 'kodAdresnihoMista'), ''), '0')
$$;

-- What an address says in words, without case, diacritics and spaces; null where it says nothing.
create function app.address_words(p jsonb) returns text language sql immutable parallel safe as $$
  select nullif(translate(lower(concat(p #>> '{obec,id}', '|', p #>> '{castObce,id}', '|', p #>> '{ulice,nazev}', '|', p ->> 'cisloDomovni', '|',
    p ->> 'cisloOrientacni', '|', p ->> 'psc')), E'áäčďéěëíľĺňóôöőŕřšťúůüűýž \t\u00a0', 'aacdeeeillnoooorrstuuuuyz'), '|||||')
$$;

-- Whether two addresses are the same place: by the address point where both have one, else by their words.
create function app.same_address(a jsonb, b jsonb) returns boolean language sql immutable parallel safe as $$
  select coalesce(case when app.address_point(a) is not null and app.address_point(b) is not null then app.address_point(a) = app.address_point(b)
    else app.address_words(a) = app.address_words(b) end, false)
$$;

create index facility_secret_service on facility_secret (service_id);

-- Which of some addresses are secret ones of their services, by their position from 1. For imports: it tells that they are, not what they are.
create function app.hidden_addresses(p_service uuid[], p_address jsonb[]) returns setof bigint
  language plpgsql stable security definer set search_path = public, pg_temp as $$
  begin
    if app.kind() is distinct from 'system' and app.kind() is distinct from 'mpsv' then
      raise exception 'not allowed' using errcode = 'insufficient_privilege';
    end if;
    return query select n.position from unnest(p_service, p_address) with ordinality as n (service_id, address, position)
      where exists (select from facility_secret s where s.service_id = n.service_id and app.same_address(s.address, n.address));
  end $$;

-- The facilities of some services that have, in any version, an open address which is a secret one of the service.
create function app.facilities_at_hidden_addresses(p_service uuid[]) returns table (facility_id uuid, service_id uuid)
  language plpgsql stable security definer set search_path = public, pg_temp as $$
  begin
    if app.kind() is distinct from 'system' and app.kind() is distinct from 'mpsv' and app.kind() is distinct from 'kraj' then
      raise exception 'not allowed' using errcode = 'insufficient_privilege';
    end if;
    return query select distinct v.facility_id, v.service_id from facility_version v
      where v.service_id = any (p_service) and v.facts ? 'adresa' and (app.kind() <> 'kraj' or app.registers_service(v.service_id))
        and exists (select from facility_secret s where s.service_id = v.service_id and app.same_address(s.address, v.facts -> 'adresa'));
  end $$;

-- Moves contact addresses that are secret to the private facts of their versions, and drops the changes that tell them.
create function app.move_hidden_contacts(p_service uuid[]) returns void
  language plpgsql set search_path = public, pg_temp as $$
  begin
    insert into service_private as p (version_id, service_id, data)
      select v.id, v.service_id, jsonb_build_object('kontaktniAdresy (utajené)', jsonb_agg(c.address order by c.position))
      from service_version v join service_document d on d.version_id = v.id
      cross join jsonb_array_elements(coalesce(d.facts -> 'kontaktniAdresy', '[]')) with ordinality as c (address, position)
      where v.service_id = any (p_service)
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
            where v.service_id = any (p_service)
            group by v.id having bool_or(c.hidden)) n
      where d.version_id = n.id;
    update service_document d
      set changes = coalesce((select jsonb_agg(c.change order by c.position) from jsonb_array_elements(d.changes) with ordinality as c (change, position)
                              where c.change ->> 'field' <> 'kontaktní adresy'), '[]')
      from service_version v
      where v.id = d.version_id and v.service_id = any (p_service) and d.changes @> '[{"field": "kontaktní adresy"}]'
        and exists (select from service_private p where p.service_id = v.service_id and p.data ? 'kontaktniAdresy (utajené)');
  end $$;

create function app.hide_contact_addresses(p_service uuid[]) returns void
  language plpgsql security definer set search_path = public, pg_temp as $$
  begin
    if app.kind() is distinct from 'system' and app.kind() is distinct from 'mpsv' and app.kind() is distinct from 'kraj' then
      raise exception 'not allowed' using errcode = 'insufficient_privilege';
    end if;
    perform app.move_hidden_contacts(array(select s.id from unnest(p_service) as s (id) where app.kind() <> 'kraj' or app.registers_service(s.id)));
  end $$;

-- Facilities that ended before the day no longer say where the provider works.
drop function app.facility_regions(uuid[]);
create function app.facility_regions(p_provider uuid[], p_day date) returns table (provider_id uuid, kraj text, facilities bigint)
  language sql stable security definer set search_path = public, pg_temp as $$
    select s.provider_id, coalesce(v.kraj, x.kraj), sum(v.twins)
    from service s
    join facility_version v on v.service_id = s.id and v.superseded_at is null and upper_inf(v.valid)
    left join lateral (select f.kraj from facility_secret f where f.facility_id = v.facility_id order by f.recorded_at desc, f.id desc limit 1) x
      on v.is_secret
    where s.provider_id = any (p_provider) and coalesce(v.kraj, x.kraj) is not null
      and coalesce((v.facts ->> 'poskytujeDo')::date >= p_day, true)
    group by 1, 2
  $$;

revoke execute on function app.hidden_addresses, app.facilities_at_hidden_addresses, app.move_hidden_contacts, app.hide_contact_addresses,
  app.facility_regions from public;
grant execute on function app.hidden_addresses, app.facilities_at_hidden_addresses, app.hide_contact_addresses, app.facility_regions to kraj_app;

-- What is stored already.
do $$ begin perform app.move_hidden_contacts(array(select distinct service_id from facility_secret)); end $$;
