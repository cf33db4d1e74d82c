-- What else happens to a draft: services come and go, and one that was taken out can be put back with everything that was typed for it.
alter table application_event drop constraint application_event_kind_check;
alter table application_event add constraint application_event_kind_check check (kind in
  ('created', 'register_loaded', 'service_added', 'service_removed', 'service_restored', 'locked', 'unlocked', 'submitted', 'withdrawn'));
