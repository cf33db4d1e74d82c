-- Who administers an organisation is told in one place: who holds Správa systému, is not blocked and has joined.
create function app.administers(p_account uuid, p_day date) returns boolean language sql stable parallel safe as $$
  select exists (select from account a where a.id = p_account and a.blocked_at is null and a.confirmed_at is not null
                 and 'SYS_SPRAVA' = any(app.rights(a.id, p_day)))
$$;
grant execute on function app.administers to kraj_app;
