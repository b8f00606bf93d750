import { print } from 'graphql';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GatewayClient } from '#kit/gateway-client.ts';
import { newModel } from '#kit/gateway-model.ts';
import { startGatewayProject } from '#kit/gateway-project.ts';
import type { TestGateway } from '#kit/gateway-server.ts';
import {
  CompareRunsDocument,
  ModelsDocument,
  NewRunDocument,
  OrganizationPageDocument,
  ProjectOverviewDocument,
  RetryRunDocument,
  RunPageDocument,
  RunPlanDocument,
  RunsDocument,
  RunToStartFromDocument,
  TensorsDocument,
} from '../../apps/dashboard/graphql/generated/graphql.ts';

const layers = 30_000;
const most = 20_000;

let gateway: TestGateway;
let owner: GatewayClient;
let names: { readonly org: string; readonly project: string };
let ids: { readonly project: string; readonly version: string; readonly run: string; readonly otherRun: string };

const runById = () => ({ number: 0, id: ids.run, byNumber: false });
const runByNumber = () => ({ number: 1, id: '', byNumber: true });

beforeAll(async () => {
  let project: string;
  ({ gateway, owner, projectId: project } = await startGatewayProject());
  names = { org: owner.organization ?? '', project: 'digits' };
  const { versionId: version } = await newModel(owner, project, 'Large');
  const submit = async () => {
    const { run } = await owner.get(
      `mutation($input: SubmitRunInput!) { submitRun(input: $input) { ... on SubmitRunPayload { run { id } } } }`,
      { input: { projectId: project, modelVersionId: version, recipe: { backend: 'torchao' } } },
    );
    return String(run.id);
  };
  ids = { project, version, run: await submit(), otherRun: await submit() };
  await administer(fill);
});
afterAll(() => gateway?.stop());

const ask = (document: Parameters<typeof print>[0], variables: Record<string, unknown>) =>
  owner.ask(print(document), variables);

it('a comparison says how the layers of large plans are quantized, in a small answer', async () => {
  const answer = await ask(CompareRunsDocument, { ...names, numbers: [1, 2], ids: [], byNumber: true });
  expect(answer.errors).toBeUndefined();
  expect(JSON.stringify(answer).length).toBeLessThan(most);
  const valuesOf = (name: string) =>
    answer.data?.organization.project.comparison.rows.find(({ label }: { label: string }) => label === name)?.values;
  expect(valuesOf('Weights')).toEqual(
    Array(2).fill(`int8 per-channel along axis 0 (${layers - 2}), fp8_e4m3fn per-tensor (1)`),
  );
  expect(valuesOf('Activations')).toEqual(['int8 per-tensor', 'int8 per-tensor']);
});

it('an outcome from before layers of inputs only were told apart reads as it did, beside a plan that has one', async () => {
  const counts = '{ quantizedLayers inputsOnlyLayers nativeLayers skippedLayers }';
  const { plan, outcome } = await owner.get(`query($id: ID!) { run(id: $id) { plan ${counts} outcome ${counts} } }`, {
    id: ids.run,
  });
  expect(plan).toEqual({ quantizedLayers: layers - 1, inputsOnlyLayers: 1, nativeLayers: 0, skippedLayers: 0 });
  expect(outcome).toEqual({ quantizedLayers: layers, inputsOnlyLayers: 0, nativeLayers: 0, skippedLayers: 0 });
});

it('the parts of an inspection are there for those who ask for them', async () => {
  const { data } = await ask(TensorsDocument, { id: ids.version, offset: layers - 1, limit: 10, search: 'layer' });
  expect(data?.node.inspection).toMatchObject({ matchingTensors: layers, tensors: [{ name: `layer.${layers}` }] });
});

/** The role of the gateway may read everything but the two columns, so whatever reads one of them fails. */
describe('without the right to read what is large', () => {
  beforeAll(() => administer(forbid('model_versions', 'inspection') + forbid('runs', 'plan')));

  it.each([
    ['the models of a project', ModelsDocument, () => names],
    ['the overview of a project', ProjectOverviewDocument, () => names],
    ['the page of an organization', OrganizationPageDocument, () => ({ slug: names.org })],
    ['the choices of a new run', NewRunDocument, () => names],
    ['the runs of a project', RunsDocument, () => ({ ...names, first: 50 })],
    ['a run', RunPageDocument, () => ({ ...names, ...runById() })],
    ['a run to change', RunToStartFromDocument, () => ({ ...names, ...runByNumber(), promotes: false })],
    ['a run to repeat', RetryRunDocument, () => ({ id: ids.run })],
  ])('%s is answered, and small', async (_, document, variables) => {
    const answer = await ask(document, variables());
    expect(answer.errors).toBeUndefined();
    expect(Object.values(answer.data)).not.toContain(null);
    expect(JSON.stringify(answer).length).toBeLessThan(most);
  });

  it('a list tells the facts of a large inspection', async () => {
    const { data } = await ask(ModelsDocument, names);
    expect(data?.organization.project.models.edges[0].node.latestVersion.inspection).toMatchObject({
      format: 'safetensors',
      bytes: 1_000,
      parameters: 250,
    });
  });

  it.each([
    ['tensors', TensorsDocument, () => ({ id: ids.version, offset: 0, limit: 10 })],
    ['a plan', RunPlanDocument, () => ({ id: ids.run })],
  ])('%s cannot be had', async (_, document, variables) => {
    expect((await ask(document, variables())).errors).toHaveLength(1);
  });
});

async function administer(sql: string): Promise<void> {
  const client = new Client({ connectionString: gateway.database.admin });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

const tensors = `(select jsonb_agg(jsonb_build_object('name', 'layer.' || n, 'dtype', 'float32', 'shape', '[2, 4]'::jsonb, 'bytes', 32))
  from generate_series(1, ${layers}) n)`;

const planned = `(select jsonb_agg(jsonb_build_object('name', 'layer.' || n, 'class', 'Linear', 'evidence', '', 'shape', '[2, 4]'::jsonb,
    'verdict', case when n = 1 then 'inputs' else 'quantized' end, 'reason', 'rule',
    'activations', case when n = 1 then '{"dtype": "int8", "granularity": "per-tensor", "axis": null}'::jsonb end,
    'weights', case when n = 1 then null when n = ${layers}
      then '{"dtype": "fp8_e4m3fn", "granularity": "per-tensor", "axis": null}'::jsonb
      else '{"dtype": "int8", "granularity": "per-channel", "axis": 0}'::jsonb end))
  from generate_series(1, ${layers}) n)`;

/** As it was before there was a verdict `inputs`. */
const outcome = {
  layers: { quantized: layers, native: 0, skipped: 0 },
  bytesBefore: 2,
  bytesAfter: 1,
  evaluation: null,
  warnings: [],
  deviations: [],
  calibrationSamples: null,
  seconds: 1,
  peakRssBytes: 1,
};

const inspection = {
  kind: 'model',
  format: 'safetensors',
  container: 'safetensors',
  producer: null,
  wrapper: [],
  bytes: 1_000,
  shards: 1,
  parameters: 250,
  tensorBytes: 1_000,
  inputs: [],
  outputs: [],
  unknownGlobals: [],
  notes: [],
};

/** As if a worker had read the model and ended the runs. */
const fill = `
  update app.model_versions set inspection_state = 'READY',
    inspection = '${JSON.stringify(inspection)}'::jsonb || jsonb_build_object('tensors', ${tensors});
  update app.runs set state = 'SUCCEEDED', started_at = now(), ended_at = now(), outcome = '${JSON.stringify(outcome)}',
    plan = jsonb_build_object('backend', 'torchao', 'rules', '[]'::jsonb, 'warnings', '[]'::jsonb,
      'bytesBefore', 2, 'bytesAfter', 1, 'layers', ${planned}) where kind = 'QUANTIZE';`;

const forbid = (table: string, column: string) => `
  do $$ begin
    revoke select on app.${table} from zeropoint_app;
    execute (select format('grant select (%s) on app.${table} to zeropoint_app', string_agg(quote_ident(column_name), ', '))
      from information_schema.columns
      where table_schema = 'app' and table_name = '${table}' and column_name <> '${column}');
  end $$;`;
