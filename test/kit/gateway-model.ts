import type { GatewayClient } from './gateway-client.ts';

export const createModel = `mutation($input: CreateModelInput!) { createModel(input: $input) { __typename
  ... on CreateModelPayload { model { id name latestVersion { id number inspectionState file { name bytes sha256 downloadUrl } } } }
  ... on Error { message remedy } } }`;

/** No model, but the gateway does not read it. */
export const modelBytes = Buffer.from('bytes of a model '.repeat(5_000));

export type NewModel = { readonly id: string; readonly versionId: string; readonly downloadUrl: string };

export async function newModel(owner: GatewayClient, projectId: string, name: string): Promise<NewModel> {
  const { id: uploadId } = await owner.upload(projectId, { name: `${name}.pth`, bytes: modelBytes });
  const { model } = await owner.get(createModel, { input: { projectId, name, uploadId } });
  return { id: model.id, versionId: model.latestVersion.id, downloadUrl: model.latestVersion.file.downloadUrl };
}
