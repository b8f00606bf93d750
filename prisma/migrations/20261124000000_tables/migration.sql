-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "app";

-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "auth";

-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "fleet";

-- CreateEnum
CREATE TYPE "app"."UploadState" AS ENUM ('RECEIVING', 'VERIFIED', 'REJECTED');

-- CreateEnum
CREATE TYPE "app"."InspectionState" AS ENUM ('PENDING', 'READY', 'FAILED');

-- CreateEnum
CREATE TYPE "app"."RunKind" AS ENUM ('QUANTIZE', 'INSPECT');

-- CreateEnum
CREATE TYPE "app"."RunState" AS ENUM ('QUEUED', 'CLAIMED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELED');

-- CreateEnum
CREATE TYPE "app"."AttemptState" AS ENUM ('CLAIMED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELED', 'LOST');

-- CreateTable
CREATE TABLE "auth"."users" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "email_verified" BOOLEAN NOT NULL DEFAULT false,
    "image" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "users_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "auth"."sessions" (
    "id" UUID NOT NULL,
    "token" TEXT NOT NULL,
    "user_id" UUID NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "ip_address" TEXT,
    "user_agent" TEXT,
    "active_organization_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "sessions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "auth"."accounts" (
    "id" UUID NOT NULL,
    "account_id" TEXT NOT NULL,
    "provider_id" TEXT NOT NULL,
    "user_id" UUID NOT NULL,
    "access_token" TEXT,
    "refresh_token" TEXT,
    "id_token" TEXT,
    "access_token_expires_at" TIMESTAMPTZ(3),
    "refresh_token_expires_at" TIMESTAMPTZ(3),
    "scope" TEXT,
    "password" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "accounts_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "auth"."verifications" (
    "id" UUID NOT NULL,
    "identifier" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "verifications_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "app"."organizations" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "slug" TEXT NOT NULL,
    "logo" TEXT,
    "metadata" TEXT,
    "is_demo" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "organizations_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "app"."memberships" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "role" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "memberships_pkey" PRIMARY KEY ("organization_id","id")
);

-- CreateTable
CREATE TABLE "app"."invitations" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'pending',
    "inviter_id" UUID NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "invitations_pkey" PRIMARY KEY ("organization_id","id")
);

-- CreateTable
CREATE TABLE "app"."api_keys" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "prefix" TEXT NOT NULL,
    "hash" BYTEA NOT NULL,
    "scopes" TEXT[],
    "created_by_id" UUID NOT NULL,
    "expires_at" TIMESTAMPTZ(3),
    "last_used_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "api_keys_pkey" PRIMARY KEY ("organization_id","id")
);

-- CreateTable
CREATE TABLE "app"."audit_log" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "actor_id" UUID,
    "action" TEXT NOT NULL,
    "target" TEXT NOT NULL,
    "data" JSONB NOT NULL DEFAULT '{}',
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "audit_log_pkey" PRIMARY KEY ("organization_id","id")
);

-- CreateTable
CREATE TABLE "app"."projects" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "slug" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "event_seq" BIGINT NOT NULL DEFAULT 0,
    "run_number" INTEGER NOT NULL DEFAULT 0,
    "created_by_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "projects_pkey" PRIMARY KEY ("organization_id","id")
);

-- CreateTable
CREATE TABLE "app"."uploads" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "file_name" TEXT NOT NULL,
    "bytes" BIGINT NOT NULL,
    "sha256" TEXT NOT NULL,
    "state" "app"."UploadState" NOT NULL DEFAULT 'RECEIVING',
    "artifact_id" UUID,
    "created_by_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "uploads_pkey" PRIMARY KEY ("organization_id","id")
);

-- CreateTable
CREATE TABLE "app"."artifacts" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "run_id" UUID,
    "name" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "bytes" BIGINT NOT NULL,
    "sha256" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "artifacts_pkey" PRIMARY KEY ("organization_id","id")
);

-- CreateTable
CREATE TABLE "app"."models" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "created_by_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "models_pkey" PRIMARY KEY ("organization_id","id")
);

-- CreateTable
CREATE TABLE "app"."model_versions" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "model_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "artifact_id" UUID NOT NULL,
    "graph_artifact_id" UUID,
    "inspection_state" "app"."InspectionState" NOT NULL DEFAULT 'PENDING',
    "inspection" JSONB,
    "inspection_error" JSONB,
    "created_by_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "model_versions_pkey" PRIMARY KEY ("organization_id","id")
);

-- CreateTable
CREATE TABLE "app"."datasets" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "created_by_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "datasets_pkey" PRIMARY KEY ("organization_id","id")
);

-- CreateTable
CREATE TABLE "app"."dataset_versions" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "dataset_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "artifact_id" UUID NOT NULL,
    "inspection_state" "app"."InspectionState" NOT NULL DEFAULT 'PENDING',
    "inspection" JSONB,
    "inspection_error" JSONB,
    "created_by_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "dataset_versions_pkey" PRIMARY KEY ("organization_id","id")
);

-- CreateTable
CREATE TABLE "app"."recipes" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "created_by_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "recipes_pkey" PRIMARY KEY ("organization_id","id")
);

-- CreateTable
CREATE TABLE "app"."recipe_versions" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "recipe_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "body" JSONB NOT NULL,
    "created_by_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "recipe_versions_pkey" PRIMARY KEY ("organization_id","id")
);

-- CreateTable
CREATE TABLE "app"."runs" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "number" INTEGER,
    "kind" "app"."RunKind" NOT NULL DEFAULT 'QUANTIZE',
    "name" TEXT NOT NULL,
    "backend" TEXT NOT NULL,
    "state" "app"."RunState" NOT NULL DEFAULT 'QUEUED',
    "recipe" JSONB NOT NULL,
    "recipe_version_id" UUID,
    "model_version_id" UUID,
    "dataset_version_id" UUID,
    "calibration_version_id" UUID,
    "evaluation_version_id" UUID,
    "batch_size" INTEGER,
    "priority" INTEGER NOT NULL DEFAULT 0,
    "idempotency_key" TEXT,
    "retry_of_id" UUID,
    "promoted_from_id" UUID,
    "lease_epoch" INTEGER NOT NULL DEFAULT 0,
    "lease_until" TIMESTAMPTZ(3),
    "worker_id" TEXT,
    "max_attempts" INTEGER NOT NULL DEFAULT 3,
    "cancel_requested_at" TIMESTAMPTZ(3),
    "stage" TEXT,
    "fraction" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "event_seq" BIGINT NOT NULL DEFAULT 0,
    "plan" JSONB,
    "outcome" JSONB,
    "failure" JSONB,
    "created_by_id" UUID NOT NULL,
    "queued_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "started_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "runs_pkey" PRIMARY KEY ("organization_id","id")
);

-- CreateTable
CREATE TABLE "app"."attempts" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "run_id" UUID NOT NULL,
    "epoch" INTEGER NOT NULL,
    "worker_id" TEXT NOT NULL,
    "state" "app"."AttemptState" NOT NULL DEFAULT 'CLAIMED',
    "report_number" INTEGER NOT NULL DEFAULT 0,
    "failure" JSONB,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "attempts_pkey" PRIMARY KEY ("organization_id","id")
);

-- CreateTable
CREATE TABLE "app"."run_events" (
    "organization_id" UUID NOT NULL,
    "run_id" UUID NOT NULL,
    "seq" BIGINT NOT NULL,
    "project_id" UUID NOT NULL,
    "project_seq" BIGINT NOT NULL,
    "epoch" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "data" JSONB NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "run_events_pkey" PRIMARY KEY ("organization_id","run_id","seq")
);

-- CreateTable
CREATE TABLE "app"."evaluations" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "run_id" UUID NOT NULL,
    "subject" TEXT NOT NULL,
    "metric" TEXT NOT NULL,
    "value" DOUBLE PRECISION NOT NULL,
    "correct" INTEGER NOT NULL,
    "total" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "evaluations_pkey" PRIMARY KEY ("organization_id","id")
);

-- CreateTable
CREATE TABLE "app"."outbox" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "run_id" UUID NOT NULL,
    "backend" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "sent_at" TIMESTAMPTZ(3),

    CONSTRAINT "outbox_pkey" PRIMARY KEY ("organization_id","id")
);

-- CreateTable
CREATE TABLE "fleet"."workers" (
    "id" TEXT NOT NULL,
    "host" TEXT NOT NULL,
    "backends" TEXT[],
    "version" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "workers_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "users_email_key" ON "auth"."users"("email");

-- CreateIndex
CREATE UNIQUE INDEX "sessions_token_key" ON "auth"."sessions"("token");

-- CreateIndex
CREATE INDEX "sessions_user_id_idx" ON "auth"."sessions"("user_id");

-- CreateIndex
CREATE INDEX "accounts_user_id_idx" ON "auth"."accounts"("user_id");

-- CreateIndex
CREATE UNIQUE INDEX "accounts_provider_id_account_id_key" ON "auth"."accounts"("provider_id", "account_id");

-- CreateIndex
CREATE INDEX "verifications_identifier_idx" ON "auth"."verifications"("identifier");

-- CreateIndex
CREATE UNIQUE INDEX "organizations_slug_key" ON "app"."organizations"("slug");

-- CreateIndex
CREATE UNIQUE INDEX "memberships_id_key" ON "app"."memberships"("id");

-- CreateIndex
CREATE INDEX "memberships_user_id_idx" ON "app"."memberships"("user_id");

-- CreateIndex
CREATE UNIQUE INDEX "memberships_organization_id_user_id_key" ON "app"."memberships"("organization_id", "user_id");

-- CreateIndex
CREATE UNIQUE INDEX "invitations_id_key" ON "app"."invitations"("id");

-- CreateIndex
CREATE INDEX "invitations_email_idx" ON "app"."invitations"("email");

-- CreateIndex
CREATE UNIQUE INDEX "api_keys_id_key" ON "app"."api_keys"("id");

-- CreateIndex
CREATE UNIQUE INDEX "api_keys_hash_key" ON "app"."api_keys"("hash");

-- CreateIndex
CREATE UNIQUE INDEX "audit_log_id_key" ON "app"."audit_log"("id");

-- CreateIndex
CREATE INDEX "audit_log_organization_id_at_idx" ON "app"."audit_log"("organization_id", "at");

-- CreateIndex
CREATE UNIQUE INDEX "projects_id_key" ON "app"."projects"("id");

-- CreateIndex
CREATE UNIQUE INDEX "projects_organization_id_slug_key" ON "app"."projects"("organization_id", "slug");

-- CreateIndex
CREATE UNIQUE INDEX "uploads_id_key" ON "app"."uploads"("id");

-- CreateIndex
CREATE UNIQUE INDEX "artifacts_id_key" ON "app"."artifacts"("id");

-- CreateIndex
CREATE INDEX "artifacts_organization_id_run_id_idx" ON "app"."artifacts"("organization_id", "run_id");

-- CreateIndex
CREATE UNIQUE INDEX "artifacts_organization_id_key_key" ON "app"."artifacts"("organization_id", "key");

-- CreateIndex
CREATE UNIQUE INDEX "models_id_key" ON "app"."models"("id");

-- CreateIndex
CREATE UNIQUE INDEX "models_organization_id_project_id_name_key" ON "app"."models"("organization_id", "project_id", "name");

-- CreateIndex
CREATE UNIQUE INDEX "model_versions_id_key" ON "app"."model_versions"("id");

-- CreateIndex
CREATE UNIQUE INDEX "model_versions_organization_id_model_id_number_key" ON "app"."model_versions"("organization_id", "model_id", "number");

-- CreateIndex
CREATE UNIQUE INDEX "datasets_id_key" ON "app"."datasets"("id");

-- CreateIndex
CREATE UNIQUE INDEX "datasets_organization_id_project_id_name_key" ON "app"."datasets"("organization_id", "project_id", "name");

-- CreateIndex
CREATE UNIQUE INDEX "dataset_versions_id_key" ON "app"."dataset_versions"("id");

-- CreateIndex
CREATE UNIQUE INDEX "dataset_versions_organization_id_dataset_id_number_key" ON "app"."dataset_versions"("organization_id", "dataset_id", "number");

-- CreateIndex
CREATE UNIQUE INDEX "recipes_id_key" ON "app"."recipes"("id");

-- CreateIndex
CREATE UNIQUE INDEX "recipes_organization_id_project_id_name_key" ON "app"."recipes"("organization_id", "project_id", "name");

-- CreateIndex
CREATE UNIQUE INDEX "recipe_versions_id_key" ON "app"."recipe_versions"("id");

-- CreateIndex
CREATE UNIQUE INDEX "recipe_versions_organization_id_recipe_id_number_key" ON "app"."recipe_versions"("organization_id", "recipe_id", "number");

-- CreateIndex
CREATE UNIQUE INDEX "runs_id_key" ON "app"."runs"("id");

-- CreateIndex
CREATE INDEX "runs_organization_id_project_id_queued_at_idx" ON "app"."runs"("organization_id", "project_id", "queued_at");

-- CreateIndex
CREATE INDEX "runs_state_lease_until_idx" ON "app"."runs"("state", "lease_until");

-- CreateIndex
CREATE UNIQUE INDEX "runs_organization_id_project_id_number_key" ON "app"."runs"("organization_id", "project_id", "number");

-- CreateIndex
CREATE UNIQUE INDEX "runs_organization_id_idempotency_key_key" ON "app"."runs"("organization_id", "idempotency_key");

-- CreateIndex
CREATE UNIQUE INDEX "attempts_id_key" ON "app"."attempts"("id");

-- CreateIndex
CREATE UNIQUE INDEX "attempts_organization_id_run_id_epoch_key" ON "app"."attempts"("organization_id", "run_id", "epoch");

-- CreateIndex
CREATE UNIQUE INDEX "run_events_organization_id_project_id_project_seq_key" ON "app"."run_events"("organization_id", "project_id", "project_seq");

-- CreateIndex
CREATE UNIQUE INDEX "evaluations_id_key" ON "app"."evaluations"("id");

-- CreateIndex
CREATE UNIQUE INDEX "evaluations_organization_id_run_id_subject_metric_key" ON "app"."evaluations"("organization_id", "run_id", "subject", "metric");

-- CreateIndex
CREATE UNIQUE INDEX "outbox_id_key" ON "app"."outbox"("id");

-- CreateIndex
CREATE INDEX "outbox_sent_at_created_at_idx" ON "app"."outbox"("sent_at", "created_at");

-- AddForeignKey
ALTER TABLE "auth"."sessions" ADD CONSTRAINT "sessions_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "auth"."users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "auth"."accounts" ADD CONSTRAINT "accounts_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "auth"."users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "app"."memberships" ADD CONSTRAINT "memberships_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "app"."organizations"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "app"."invitations" ADD CONSTRAINT "invitations_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "app"."organizations"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "app"."api_keys" ADD CONSTRAINT "api_keys_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "app"."organizations"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "app"."audit_log" ADD CONSTRAINT "audit_log_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "app"."organizations"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "app"."projects" ADD CONSTRAINT "projects_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "app"."organizations"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "app"."uploads" ADD CONSTRAINT "uploads_organization_id_project_id_fkey" FOREIGN KEY ("organization_id", "project_id") REFERENCES "app"."projects"("organization_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "app"."artifacts" ADD CONSTRAINT "artifacts_organization_id_project_id_fkey" FOREIGN KEY ("organization_id", "project_id") REFERENCES "app"."projects"("organization_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "app"."artifacts" ADD CONSTRAINT "artifacts_organization_id_run_id_fkey" FOREIGN KEY ("organization_id", "run_id") REFERENCES "app"."runs"("organization_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "app"."models" ADD CONSTRAINT "models_organization_id_project_id_fkey" FOREIGN KEY ("organization_id", "project_id") REFERENCES "app"."projects"("organization_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "app"."model_versions" ADD CONSTRAINT "model_versions_organization_id_model_id_fkey" FOREIGN KEY ("organization_id", "model_id") REFERENCES "app"."models"("organization_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "app"."model_versions" ADD CONSTRAINT "model_versions_organization_id_artifact_id_fkey" FOREIGN KEY ("organization_id", "artifact_id") REFERENCES "app"."artifacts"("organization_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "app"."model_versions" ADD CONSTRAINT "model_versions_organization_id_graph_artifact_id_fkey" FOREIGN KEY ("organization_id", "graph_artifact_id") REFERENCES "app"."artifacts"("organization_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "app"."datasets" ADD CONSTRAINT "datasets_organization_id_project_id_fkey" FOREIGN KEY ("organization_id", "project_id") REFERENCES "app"."projects"("organization_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "app"."dataset_versions" ADD CONSTRAINT "dataset_versions_organization_id_dataset_id_fkey" FOREIGN KEY ("organization_id", "dataset_id") REFERENCES "app"."datasets"("organization_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "app"."dataset_versions" ADD CONSTRAINT "dataset_versions_organization_id_artifact_id_fkey" FOREIGN KEY ("organization_id", "artifact_id") REFERENCES "app"."artifacts"("organization_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "app"."recipes" ADD CONSTRAINT "recipes_organization_id_project_id_fkey" FOREIGN KEY ("organization_id", "project_id") REFERENCES "app"."projects"("organization_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "app"."recipe_versions" ADD CONSTRAINT "recipe_versions_organization_id_recipe_id_fkey" FOREIGN KEY ("organization_id", "recipe_id") REFERENCES "app"."recipes"("organization_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "app"."runs" ADD CONSTRAINT "runs_organization_id_project_id_fkey" FOREIGN KEY ("organization_id", "project_id") REFERENCES "app"."projects"("organization_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "app"."runs" ADD CONSTRAINT "runs_organization_id_recipe_version_id_fkey" FOREIGN KEY ("organization_id", "recipe_version_id") REFERENCES "app"."recipe_versions"("organization_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "app"."runs" ADD CONSTRAINT "runs_organization_id_model_version_id_fkey" FOREIGN KEY ("organization_id", "model_version_id") REFERENCES "app"."model_versions"("organization_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "app"."runs" ADD CONSTRAINT "runs_organization_id_dataset_version_id_fkey" FOREIGN KEY ("organization_id", "dataset_version_id") REFERENCES "app"."dataset_versions"("organization_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "app"."runs" ADD CONSTRAINT "runs_organization_id_calibration_version_id_fkey" FOREIGN KEY ("organization_id", "calibration_version_id") REFERENCES "app"."dataset_versions"("organization_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "app"."runs" ADD CONSTRAINT "runs_organization_id_evaluation_version_id_fkey" FOREIGN KEY ("organization_id", "evaluation_version_id") REFERENCES "app"."dataset_versions"("organization_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "app"."attempts" ADD CONSTRAINT "attempts_organization_id_run_id_fkey" FOREIGN KEY ("organization_id", "run_id") REFERENCES "app"."runs"("organization_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "app"."run_events" ADD CONSTRAINT "run_events_organization_id_run_id_fkey" FOREIGN KEY ("organization_id", "run_id") REFERENCES "app"."runs"("organization_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "app"."evaluations" ADD CONSTRAINT "evaluations_organization_id_run_id_fkey" FOREIGN KEY ("organization_id", "run_id") REFERENCES "app"."runs"("organization_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;
