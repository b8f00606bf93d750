import { createClient, type GatewayClient } from './gateway-client.ts';
import { startTestGateway, type TestGateway } from './gateway-server.ts';

export type GatewayProject = {
  readonly gateway: TestGateway;
  /** Who signed up, and owns the organization of the project. */
  readonly owner: GatewayClient;
  readonly projectId: string;
};

/** A gateway with one empty project, “Digits” of “Analytical”. Call gateway.stop() in afterAll. */
export async function startGatewayProject(): Promise<GatewayProject> {
  const gateway = await startTestGateway();
  try {
    const owner = createClient(gateway.url);
    await owner.signUp('Ada');
    await owner.createOrganization('Analytical');
    return { gateway, owner, projectId: await owner.createProject('Digits') };
  } catch (error) {
    await gateway.stop();
    throw error;
  }
}
