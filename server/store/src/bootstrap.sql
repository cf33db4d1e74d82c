-- The three roles, made once in a cluster by its superuser. They are repeated without harm.
--   kraj_owner  owns tables and migrates, never serves
--   kraj_app    serves; owns nothing and cannot bypass row level security
--   kraj_audit  owns the audit trail; nobody signs in as it
do $$
begin
  if not exists (select from pg_roles where rolname = 'kraj_owner') then
    create role kraj_owner login nosuperuser nobypassrls nocreaterole createdb;
  end if;
  if not exists (select from pg_roles where rolname = 'kraj_app') then
    create role kraj_app login nosuperuser nobypassrls nocreaterole nocreatedb;
  end if;
  if not exists (select from pg_roles where rolname = 'kraj_audit') then
    create role kraj_audit nologin nosuperuser nobypassrls;
  end if;
end $$;
grant kraj_audit to kraj_owner;
