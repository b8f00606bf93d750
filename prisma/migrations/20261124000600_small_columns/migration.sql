-- What lists say of an inspection or a plan, kept beside it: the whole may have tens of megabytes. Generated, so that
-- rows of before have them too and no writer can forget them. The cases keep a value of another shape from failing.
ALTER TABLE "app"."model_versions"
  ADD COLUMN "inspection_head" JSONB GENERATED ALWAYS AS (
    CASE WHEN jsonb_typeof(inspection) = 'object' THEN inspection - 'tensors' END
  ) STORED,
  ADD COLUMN "tensor_count" INTEGER GENERATED ALWAYS AS (
    CASE WHEN jsonb_typeof(inspection -> 'tensors') = 'array' THEN jsonb_array_length(inspection -> 'tensors') END
  ) STORED;

ALTER TABLE "app"."runs"
  ADD COLUMN "has_plan" BOOLEAN GENERATED ALWAYS AS (plan IS NOT NULL) STORED;
