-- CreateTable
CREATE TABLE "app"."model_version_parts" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "model_version_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "artifact_id" UUID NOT NULL,

    CONSTRAINT "model_version_parts_pkey" PRIMARY KEY ("organization_id","id")
);

-- CreateIndex
CREATE UNIQUE INDEX "model_version_parts_id_key" ON "app"."model_version_parts"("id");

-- CreateIndex
CREATE UNIQUE INDEX "model_version_parts_organization_id_model_version_id_name_key" ON "app"."model_version_parts"("organization_id", "model_version_id", "name");

-- AddForeignKey
ALTER TABLE "app"."model_version_parts" ADD CONSTRAINT "model_version_parts_organization_id_model_version_id_fkey" FOREIGN KEY ("organization_id", "model_version_id") REFERENCES "app"."model_versions"("organization_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey. What uses a file keeps it from being deleted alone, as everywhere.
ALTER TABLE "app"."model_version_parts" ADD CONSTRAINT "model_version_parts_organization_id_artifact_id_fkey" FOREIGN KEY ("organization_id", "artifact_id") REFERENCES "app"."artifacts"("organization_id", "id") ON DELETE NO ACTION ON UPDATE CASCADE DEFERRABLE;

-- A worker writes the part to a disk under this name.
ALTER TABLE app.model_version_parts
  ADD CONSTRAINT model_version_parts_name_check
    CHECK (octet_length(name) BETWEEN 1 AND 255 AND name !~ '[/\\[:cntrl:]]' AND name NOT IN ('.', '..'));

ALTER TABLE app.model_version_parts ENABLE ROW LEVEL SECURITY;
ALTER TABLE app.model_version_parts FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON app.model_version_parts TO zeropoint_app
  USING (organization_id = (SELECT nullif(current_setting('app.organization_id', true), '')::uuid))
  WITH CHECK (organization_id = (SELECT nullif(current_setting('app.organization_id', true), '')::uuid));

-- Deleted with its version by the key's cascade, which asks for no right of the role.
GRANT SELECT, INSERT ON app.model_version_parts TO zeropoint_app;
