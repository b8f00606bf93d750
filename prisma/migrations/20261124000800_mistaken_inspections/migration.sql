-- A version whose file turned out to be of the other kind counts as one that could not be used. Forced row level
-- security shows the owner of the tables no rows, so it is lifted for these two statements.
ALTER TABLE app.model_versions NO FORCE ROW LEVEL SECURITY;
ALTER TABLE app.dataset_versions NO FORCE ROW LEVEL SECURITY;

UPDATE app.model_versions
SET inspection = NULL, inspection_state = 'FAILED', inspection_error = jsonb_build_object(
  'code', 'NOT_A_MODEL', 'message', 'The file is calibration data, not a model.',
  'remedy', 'Upload it under Datasets; a model is a .pth, a .safetensors or an .onnx file.')
WHERE inspection ->> 'kind' = 'dataset';

UPDATE app.dataset_versions
SET inspection = NULL, inspection_state = 'FAILED', inspection_error = jsonb_build_object(
  'code', 'NOT_A_DATASET', 'message', 'The file is a model, not calibration data.',
  'remedy', 'Upload it under Models; calibration data is an .npz, an .npy or an archive of images.')
WHERE inspection ->> 'kind' = 'model';

ALTER TABLE app.model_versions FORCE ROW LEVEL SECURITY;
ALTER TABLE app.dataset_versions FORCE ROW LEVEL SECURITY;
