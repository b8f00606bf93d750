-- Who listens learns of a change when its transaction commits. Payloads carry ids only: NOTIFY is outside row level
-- security, so a listener reads the row itself through its own tenant transaction.
CREATE FUNCTION app.notify_run_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('run_events', json_build_object(
    'organizationId', NEW.organization_id,
    'projectId', NEW.project_id,
    'runId', NEW.run_id,
    'seq', NEW.seq,
    'projectSeq', NEW.project_seq)::text);
  RETURN NULL;
END
$$;
CREATE TRIGGER run_events_notify AFTER INSERT ON app.run_events
  FOR EACH ROW EXECUTE FUNCTION app.notify_run_event();

CREATE FUNCTION app.notify_outbox() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('outbox', '');
  RETURN NULL;
END
$$;
CREATE TRIGGER outbox_notify AFTER INSERT ON app.outbox
  FOR EACH STATEMENT EXECUTE FUNCTION app.notify_outbox();

-- A role that changed or a seat that is gone must reach the sockets that are open under it.
CREATE FUNCTION app.notify_membership() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('memberships', json_build_object(
    'organizationId', OLD.organization_id,
    'userId', OLD.user_id)::text);
  RETURN NULL;
END
$$;
CREATE TRIGGER memberships_notify AFTER UPDATE OR DELETE ON app.memberships
  FOR EACH ROW EXECUTE FUNCTION app.notify_membership();
