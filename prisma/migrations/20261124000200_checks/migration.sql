-- What the schema language cannot say.
ALTER TABLE app.memberships
  ADD CONSTRAINT memberships_role_check CHECK (role IN ('owner', 'admin', 'member', 'viewer'));

ALTER TABLE app.invitations
  ADD CONSTRAINT invitations_role_check CHECK (role IN ('owner', 'admin', 'member', 'viewer')),
  ADD CONSTRAINT invitations_status_check CHECK (status IN ('pending', 'accepted', 'rejected', 'canceled'));

ALTER TABLE app.uploads
  ADD CONSTRAINT uploads_bytes_check CHECK (bytes >= 0),
  ADD CONSTRAINT uploads_sha256_check CHECK (sha256 ~ '^[0-9a-f]{64}$');

ALTER TABLE app.artifacts
  ADD CONSTRAINT artifacts_bytes_check CHECK (bytes >= 0),
  ADD CONSTRAINT artifacts_sha256_check CHECK (sha256 ~ '^[0-9a-f]{64}$');

ALTER TABLE app.model_versions
  ADD CONSTRAINT model_versions_number_check CHECK (number >= 1),
  ADD CONSTRAINT model_versions_inspection_check CHECK (
    (inspection_state <> 'READY' OR inspection IS NOT NULL)
    AND (inspection_state <> 'FAILED' OR inspection_error IS NOT NULL));

ALTER TABLE app.dataset_versions
  ADD CONSTRAINT dataset_versions_number_check CHECK (number >= 1),
  ADD CONSTRAINT dataset_versions_inspection_check CHECK (
    (inspection_state <> 'READY' OR inspection IS NOT NULL)
    AND (inspection_state <> 'FAILED' OR inspection_error IS NOT NULL));

ALTER TABLE app.recipe_versions
  ADD CONSTRAINT recipe_versions_number_check CHECK (number >= 1);

ALTER TABLE app.runs
  ADD CONSTRAINT runs_number_check CHECK ((kind = 'QUANTIZE') = (number IS NOT NULL) AND coalesce(number, 1) >= 1),
  ADD CONSTRAINT runs_fraction_check CHECK (fraction BETWEEN 0 AND 1),
  ADD CONSTRAINT runs_lease_epoch_check CHECK (lease_epoch >= 0),
  ADD CONSTRAINT runs_event_seq_check CHECK (event_seq >= 0),
  ADD CONSTRAINT runs_max_attempts_check CHECK (max_attempts BETWEEN 1 AND 100),
  ADD CONSTRAINT runs_ended_check CHECK ((state IN ('SUCCEEDED', 'FAILED', 'CANCELED')) = (ended_at IS NOT NULL));

ALTER TABLE app.attempts
  ADD CONSTRAINT attempts_epoch_check CHECK (epoch >= 1),
  ADD CONSTRAINT attempts_ended_check CHECK ((state IN ('CLAIMED', 'RUNNING')) = (ended_at IS NULL));

ALTER TABLE app.run_events
  ADD CONSTRAINT run_events_seq_check CHECK (seq >= 1 AND project_seq >= 1),
  ADD CONSTRAINT run_events_epoch_check CHECK (epoch >= 0),
  ADD CONSTRAINT run_events_kind_check CHECK (kind IN ('state', 'progress', 'log'));

ALTER TABLE app.evaluations
  ADD CONSTRAINT evaluations_subject_check CHECK (subject IN ('float', 'quantized')),
  ADD CONSTRAINT evaluations_count_check CHECK (total >= 1 AND correct BETWEEN 0 AND total);

ALTER TABLE app.outbox
  ADD CONSTRAINT outbox_kind_check CHECK (kind IN ('run-queued', 'run-cancel'));
