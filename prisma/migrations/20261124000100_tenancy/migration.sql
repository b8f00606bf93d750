-- Three roles, none of which can bypass row level security. They are made without a login: migrate.ts gives each the
-- password of its URL. Roles belong to the whole cluster, so another database's migration may have made them already.
DO $$
DECLARE
  role_name text;
BEGIN
  FOREACH role_name IN ARRAY ARRAY['zeropoint_app', 'zeropoint_auth', 'zeropoint_relay'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role_name) THEN
      BEGIN
        EXECUTE format('CREATE ROLE %I NOLOGIN', role_name);
      EXCEPTION WHEN duplicate_object OR unique_violation THEN
        NULL;
      END;
    END IF;
  END LOOP;
END
$$;

-- Every table of a tenant: row level security, also for the owner, and one policy for the application's role.
-- The setting is transaction-local; afterwards it reads '' on that connection, hence nullif. The sub-select makes
-- the planner evaluate it once a query.
DO $$
DECLARE
  table_name text;
  key_column text;
BEGIN
  FOR table_name IN SELECT tablename FROM pg_tables WHERE schemaname = 'app' LOOP
    key_column := CASE table_name WHEN 'organizations' THEN 'id' ELSE 'organization_id' END;
    EXECUTE format('ALTER TABLE app.%I ENABLE ROW LEVEL SECURITY', table_name);
    EXECUTE format('ALTER TABLE app.%I FORCE ROW LEVEL SECURITY', table_name);
    EXECUTE format(
      'CREATE POLICY tenant ON app.%1$I TO zeropoint_app
         USING (%2$I = (SELECT nullif(current_setting(''app.organization_id'', true), '''')::uuid))
         WITH CHECK (%2$I = (SELECT nullif(current_setting(''app.organization_id'', true), '''')::uuid))',
      table_name, key_column);
  END LOOP;
END
$$;

-- zeropoint_app: what a request of one organization does, and the coordinator in that organization's transaction.
GRANT USAGE ON SCHEMA app, fleet TO zeropoint_app;
GRANT SELECT, UPDATE ON app.organizations TO zeropoint_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON
  app.memberships, app.invitations, app.api_keys, app.projects, app.uploads, app.artifacts, app.models,
  app.model_versions, app.datasets, app.dataset_versions, app.recipes, app.recipe_versions TO zeropoint_app;
GRANT SELECT, INSERT, UPDATE ON app.runs, app.attempts, app.outbox TO zeropoint_app;
-- Append-only: what happened cannot be made not to have happened.
GRANT SELECT, INSERT ON app.audit_log, app.run_events, app.evaluations TO zeropoint_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON fleet.workers TO zeropoint_app;

-- zeropoint_auth: better-auth. It signs people in before any organization is known, so it sees all seats; it sees
-- nothing that an organization owns.
GRANT USAGE ON SCHEMA auth, app TO zeropoint_auth;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA auth TO zeropoint_auth;
GRANT SELECT, INSERT, UPDATE, DELETE ON app.organizations, app.memberships, app.invitations TO zeropoint_auth;
CREATE POLICY auth ON app.organizations TO zeropoint_auth USING (true) WITH CHECK (true);
CREATE POLICY auth ON app.memberships TO zeropoint_auth USING (true) WITH CHECK (true);
CREATE POLICY auth ON app.invitations TO zeropoint_auth USING (true) WITH CHECK (true);

-- zeropoint_relay: the dispatcher and the reconciler, across organizations: which messages are unsent, which runs
-- stand still. What must change in a run is changed as zeropoint_app in the run's own organization.
GRANT USAGE ON SCHEMA app TO zeropoint_relay;
GRANT SELECT, UPDATE (sent_at) ON app.outbox TO zeropoint_relay;
GRANT SELECT (
  id, organization_id, project_id, kind, backend, state, priority, lease_epoch, lease_until, worker_id, max_attempts,
  cancel_requested_at, queued_at, started_at, ended_at
) ON app.runs TO zeropoint_relay;
CREATE POLICY relay_read ON app.outbox FOR SELECT TO zeropoint_relay USING (true);
CREATE POLICY relay_sent ON app.outbox FOR UPDATE TO zeropoint_relay USING (true) WITH CHECK (true);
CREATE POLICY relay_read ON app.runs FOR SELECT TO zeropoint_relay USING (true);
