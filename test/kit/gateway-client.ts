import { createHash } from 'node:crypto';

/** A person at a browser: has a cookie, and an organization whose page is open. */
export type GatewayClient = {
  readonly url: string;
  cookie: string;
  organization: string | null;
  fetch(path: string, init?: RequestInit): Promise<Response>;
  signUp(name: string): Promise<void>;
  /** The whole answer: data and errors. */
  ask(query: string, variables?: Record<string, unknown>): Promise<GraphqlAnswer>;
  /** The one root field of an operation that must not have errors. */
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what it asked for
  get(query: string, variables?: Record<string, unknown>): Promise<any>;
  createOrganization(name: string): Promise<string>;
  createProject(name: string): Promise<string>;
  upload(projectId: string, file: UploadedFile): Promise<UploadAnswer>;
};

// biome-ignore lint/suspicious/noExplicitAny: a test reads what it asked for
type GraphqlAnswer = { data?: any; errors?: { message: string; extensions?: Record<string, unknown> }[] };
export type UploadedFile = { readonly name: string; readonly bytes: Uint8Array; readonly sha256?: string };
type UploadAnswer = { readonly id: string; readonly status: number; readonly sentence: string };

export function createClient(url: string): GatewayClient {
  const client: GatewayClient = {
    url,
    cookie: '',
    organization: null,
    async fetch(path, init = {}) {
      const headers = new Headers(init.headers);
      if (client.cookie) headers.set('cookie', client.cookie);
      if (!headers.has('origin')) headers.set('origin', url);
      return fetch(new URL(path, url), { redirect: 'manual', ...init, headers });
    },
    async signUp(name) {
      const email = `${name.toLowerCase()}-${Math.random().toString(36).slice(2)}@example.com`;
      const response = await client.fetch('/api/auth/sign-up/email', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name, email, password: 'correct horse battery' }),
      });
      if (!response.ok) throw new Error(`sign-up: ${response.status} ${await response.text()}`);
      client.cookie = cookieOf(response);
    },
    async ask(query, variables = {}) {
      const response = await client.fetch('/graphql', {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(client.organization ? { 'x-zeropoint-organization': client.organization } : {}),
        },
        body: JSON.stringify({ query, variables }),
      });
      return (await response.json()) as GraphqlAnswer;
    },
    async get(query, variables = {}) {
      const { data, errors } = await client.ask(query, variables);
      if (errors) throw new Error(`${query}: ${JSON.stringify(errors)}`);
      return Object.values(data)[0];
    },
    async createOrganization(name) {
      const made = await client.get(
        `mutation($input: CreateOrganizationInput!) { createOrganization(input: $input) {
          ... on CreateOrganizationPayload { organization { slug } } ... on Error { message } } }`,
        { input: { name, slug: `${name}-${Math.random().toString(36).slice(2)}` } },
      );
      client.organization = made.organization.slug;
      return made.organization.slug;
    },
    async createProject(name) {
      const made = await client.get(
        `mutation($input: CreateProjectInput!) { createProject(input: $input) {
          ... on CreateProjectPayload { project { id } } ... on Error { message } } }`,
        { input: { name } },
      );
      return made.project.id;
    },
    async upload(projectId, { name, bytes, sha256 }) {
      const location = await beginUpload(client, projectId, { name, bytes, ...(sha256 ? { sha256 } : {}) });
      const response = await sendUpload(client, location, { bytes, offset: 0 });
      return { id: location.split('/').at(-1) ?? '', status: response.status, sentence: await response.text() };
    },
  };
  return client;
}

export function cookieOf(response: Response): string {
  return response.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
}

export async function beginUpload(client: GatewayClient, projectId: string, file: UploadedFile): Promise<string> {
  const metadata = {
    organization: client.organization ?? '',
    projectId,
    filename: file.name,
    sha256: file.sha256 ?? sha256Of(file.bytes),
  };
  const response = await client.fetch('/files/uploads', {
    method: 'POST',
    headers: {
      'tus-resumable': '1.0.0',
      'upload-length': String(file.bytes.length),
      'upload-metadata': Object.entries(metadata)
        .map(([key, value]) => `${key} ${Buffer.from(value).toString('base64')}`)
        .join(','),
    },
  });
  const location = response.headers.get('location');
  if (response.status !== 201 || !location) throw new Error(`${response.status} ${await response.text()}`);
  return location;
}

export function sendUpload(
  client: GatewayClient,
  location: string,
  { bytes, offset }: { readonly bytes: Uint8Array; readonly offset: number },
): Promise<Response> {
  return client.fetch(location, {
    method: 'PATCH',
    headers: {
      'tus-resumable': '1.0.0',
      'upload-offset': String(offset),
      'content-type': 'application/offset+octet-stream',
    },
    body: Buffer.from(bytes.subarray(offset)),
  });
}

export function headUpload(client: GatewayClient, location: string): Promise<Response> {
  return client.fetch(location, { method: 'HEAD', headers: { 'tus-resumable': '1.0.0' } });
}

export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
