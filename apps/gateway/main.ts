import { readEnv } from './env.ts';
import { startGateway } from './start-gateway.ts';

const gateway = await startGateway(readEnv());

let stopping = false;
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    if (stopping) return;
    stopping = true;
    gateway.stop().then(
      () => process.exit(0),
      (error) => {
        console.error('The gateway did not stop cleanly:', error);
        process.exit(1);
      },
    );
  });
}
