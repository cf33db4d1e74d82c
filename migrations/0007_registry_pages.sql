-- What the pages of the register need beside its tables: the order of the list, places by their names without diacritics.

-- The public list by the name that it shows.
create index service_version_title on service_version ((coalesce(facility_name, provider_name)) collate cs, service_id)
  where superseded_at is null;

-- The name as people type it: lower case, without diacritics. The letters are those of Czech, Slovak and German names.
alter table territory add column folded text generated always as
  (translate(lower(name), 'áäčďéěëíľĺňóôöőŕřšťúůüűýž', 'aacdeeeillnoooorrstuuuuyz')) stored;
create index territory_folded on territory (folded text_pattern_ops) where level = 'obec';
