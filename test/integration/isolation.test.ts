import { type GraphQLInputType, getNamedType, isInputObjectType, isObjectType } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { schema } from '#gateway/schema/schema.ts';
import { createClient, type GatewayClient } from '#kit/gateway-client.ts';
import { startTestGateway, type TestGateway } from '#kit/gateway-server.ts';
import { openSocket } from '#kit/gateway-socket.ts';
import { type Attack, attacks } from './isolation-attacks.ts';
import { absentId, createTenant, type Tenant, type TenantIds } from './isolation-tenant.ts';

let gateway: TestGateway;
let victim: Tenant;
let attacker: Tenant;

beforeAll(async () => {
  gateway = await startTestGateway();
  victim = await createTenant(gateway.url, 'victim');
  attacker = await createTenant(gateway.url, 'attacker');
});
afterAll(() => gateway?.stop());

const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].flatMap((type) =>
  type ? Object.values(type.getFields()).map((field) => ({ name: `${type.name}.${field.name}`, field })) : [],
);

describe('the list of attacks', () => {
  it('has an entry for every root field, and none for what is not there', () => {
    expect(Object.keys(attacks).sort()).toEqual(roots.map(({ name }) => name).sort());
  });

  it.each(roots)('attacks every id that $name takes', ({ name, field }) => {
    const ids = field.args.flatMap((arg) => idsIn(arg.name, arg.type));
    expect([...new Set(attacks[name]?.map(({ at }) => at))].filter((at) => at !== 'slug').sort()).toEqual(ids.sort());
  });

  it('asks `node` for every type that is one', () => {
    const nodes = schema.getPossibleTypes(schema.getType('Node') as never).map(({ name }) => name);
    expect(attacks['Query.node']?.map(({ kind }) => kind).sort()).toEqual([...nodes].sort());
  });
});

const asked = Object.entries(attacks).flatMap(([name, list]) =>
  list.map((attack) => ({ name, at: attack.at, kind: attack.kind, attack })),
);
const overHttp = asked.filter(({ name }) => !name.startsWith('Subscription.'));
const overSocket = asked.filter(({ name }) => name.startsWith('Subscription.'));

/** Who asks, and as whom they say they are. */
const askers: Readonly<Record<string, () => { client: GatewayClient; organization: string | null; own: TenantIds }>> = {
  'nobody, without an organization': () => ({
    client: createClient(gateway.url),
    organization: null,
    own: attacker.ids,
  }),
  "nobody, in the victim's organization": () => as(createClient(gateway.url), victim.ids.organizationSlug),
  'the owner of another organization': () => as(attacker.owner, attacker.ids.organizationSlug),
  'a viewer of another organization': () => as(attacker.viewer, attacker.ids.organizationSlug),
  "the owner of another organization, in the victim's": () => as(attacker.owner, victim.ids.organizationSlug),
  'the owner of another organization, without an organization': () => as(attacker.owner, null),
};

describe.each(Object.keys(askers))('for %s', (asker) => {
  it.each(overHttp)("$name: $at of the victim's $kind answers like one that is not there", async ({ attack }) => {
    const { client, organization, own } = askers[asker]!();
    const theirs = await askWith(attack, victim.ids[attack.kind]);
    const absent = await askWith(attack, absentId(attack.kind));
    expect(theirs).toBe(absent);
    expect(theirs).not.toContain('victim');
    expect(theirs).not.toContain('INTERNAL_SERVER_ERROR');

    async function askWith({ ask }: Attack, id: string): Promise<string> {
      const asking = { ...client, organization };
      const copy = createClient(gateway.url);
      copy.cookie = asking.cookie;
      copy.organization = organization;
      const [query, variables] = ask(id, own);
      return JSON.stringify(await copy.ask(query, variables)).replaceAll(id, 'ID');
    }
  });
});

describe('for the owner of another organization, over WebSocket', () => {
  it.each(overSocket)("$name: $at of the victim's $kind answers like one that is not there", async ({ attack }) => {
    const answers: string[] = [];
    for (const id of [victim.ids[attack.kind], absentId(attack.kind)]) {
      const socket = await openSocket(attacker.owner);
      const [query, variables] = attack.ask(id, attacker.ids);
      answers.push(await socket.subscribe(query, variables).take(1).then(JSON.stringify, String));
      await socket.close();
    }
    expect(answers[0]).toBe(answers[1]);
    expect(answers[0]).toContain('NOT_FOUND');
  });
});

describe('what names nothing', () => {
  it.each([
    '{ viewer { id email memberships { organization { name slug } } } }',
    '{ fleet { id host } }',
    '{ backends { id } }',
  ])('%s tells nothing of the victim', async (query) => {
    expect(JSON.stringify(await attacker.owner.ask(query))).not.toContain('victim');
  });

  it('names, addresses and idempotency keys of one tenant are free in another', async () => {
    const input = {
      modelVersionId: attacker.ids.ModelVersion,
      recipe: { backend: 'torchao' },
      idempotencyKey: 'shared',
    };
    const submit =
      'mutation($input: SubmitRunInput!) { submitRun(input: $input) { ... on SubmitRunPayload { run { id } } } }';
    const theirs = await victim.owner.get(submit, {
      input: { ...input, projectId: victim.ids.Project, modelVersionId: victim.ids.ModelVersion },
    });
    const ours = await attacker.owner.get(submit, { input: { ...input, projectId: attacker.ids.Project } });
    expect(ours.run.id).not.toBe(theirs.run.id);
    expect(await attacker.owner.createProject('victim project')).toBeTruthy();
  });

  it("a download link of the victim's file, signed for one's own, opens nothing", async () => {
    const link = 'query($id: ID!) { node(id: $id) { ... on Artifact { downloadUrl } } }';
    const own: string = (await attacker.owner.get(link, { id: attacker.ids.Artifact })).downloadUrl;
    const theirs: string = (await victim.owner.get(link, { id: victim.ids.Artifact })).downloadUrl;
    const mixed = [theirs.split('?')[0], own.split('?')[1]].join('?');
    const [, , , organizationId, ownId] = own.split('/');
    const otherId = theirs.split('/')[4] ?? '';
    for (const path of [mixed, own.replace(ownId ?? '', otherId), own.replace(organizationId ?? '', '..')]) {
      expect((await fetch(new URL(path, gateway.url))).status).toBe(404);
    }
  });
});

describe('a viewer of the organization itself', () => {
  const mutations = overHttp.filter(({ name }) => name.startsWith('Mutation.') && name !== 'Mutation.acceptInvitation');
  it.each(mutations)('may not $name ($at)', async ({ attack }) => {
    const [query, variables] = attack.ask(victim.ids[attack.kind], victim.ids);
    expect((await victim.viewer.get(query, variables)).__typename).toBe('ForbiddenError');
  });
});

describe('the owner, as a control that the ids are real', () => {
  it.each(overHttp.filter(({ name }) => name !== 'Mutation.acceptInvitation'))(
    '$name finds $at',
    async ({ name, attack }) => {
      const [query, variables] = attack.ask(victim.ids[attack.kind], victim.ids);
      const answer = await victim.owner.get(query, variables);
      expect(answer, name).not.toBeNull();
      expect(answer.__typename).not.toBe('NotFoundError');
    },
  );
});

function as(client: GatewayClient, organization: string | null) {
  return { client, organization, own: attacker.ids };
}

/** The paths of all IDs in an argument, through input objects. */
function idsIn(path: string, type: GraphQLInputType): string[] {
  const named = getNamedType(type);
  if (isInputObjectType(named)) {
    return Object.values(named.getFields()).flatMap((field) => idsIn(`${path}.${field.name}`, field.type));
  }
  return named.name === 'ID' && !isObjectType(named) ? [path] : [];
}
