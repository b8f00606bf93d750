-- What lists say of an inspection or a plan, kept beside it: the whole may have tens of megabytes. Generated, so that
-- rows of before have them too and no writer can forget them.
ALTER TABLE "app"."model_versions"
  ADD COLUMN "inspection_head" JSONB GENERATED ALWAYS AS (inspection - 'tensors') STORED,
  ADD COLUMN "tensor_count" INTEGER GENERATED ALWAYS AS (jsonb_array_length(inspection -> 'tensors')) STORED;

ALTER TABLE "app"."runs"
  ADD COLUMN "has_plan" BOOLEAN GENERATED ALWAYS AS (plan IS NOT NULL) STORED;
