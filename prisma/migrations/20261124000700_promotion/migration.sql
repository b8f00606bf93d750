-- CreateIndex
CREATE INDEX "runs_organization_id_promoted_from_id_idx" ON "app"."runs"("organization_id", "promoted_from_id");

-- AddForeignKey. What a run came from stays, and may go together with it.
ALTER TABLE "app"."runs" ADD CONSTRAINT "runs_organization_id_promoted_from_id_fkey" FOREIGN KEY ("organization_id", "promoted_from_id") REFERENCES "app"."runs"("organization_id", "id") ON DELETE NO ACTION ON UPDATE CASCADE DEFERRABLE;
