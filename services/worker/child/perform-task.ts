import type { Backend, Reporter, Stage } from '#contract/backend.ts';
import { planWith } from '#execution/plan-with.ts';
import { runBackend } from '#execution/run-backend.ts';
import type { Service } from '../service.ts';
import { refuseOtherKind } from './refuse-other-kind.ts';
import type { Saying, Task, TaskResult } from './task.ts';

/** Does what the task says with the service's own functions; rejects with what they throw. */
export async function performTask(service: Service, task: Task, say: (saying: Saying) => void): Promise<TaskResult> {
  switch (task.kind) {
    case 'inspect':
      if (!service.inspect) throw new Error('This service takes no inspections');
      return { value: refuseOtherKind(task.file.name, await service.inspect(task.file), task.wanted), outputs: [] };
    case 'plan': {
      const { recipe, files } = task;
      return { value: await planWith(backendOf(service, task.backend), { recipe, files }), outputs: [] };
    }
    case 'quantize': {
      const { kind, backend, ...inputs } = task;
      const { outcome, artifacts } = await runBackend({
        ...inputs,
        backend: backendOf(service, backend),
        // The parent stops an attempt by ending its process.
        signal: new AbortController().signal,
        report: reporter(say),
        onPlan: (plan) => say({ say: 'plan', plan }),
      });
      return { value: outcome, outputs: artifacts.map(({ name }) => name) };
    }
  }
}

function backendOf(service: Service, id: string): Backend {
  const backend = service.backends.find((candidate) => candidate.id === id);
  if (!backend) throw new Error(`This service has no backend ${id}`);
  return backend;
}

/** Milliseconds between two words about the same stage. */
const pace = 100;

/** Backends report as often as they like; the parent hears the first, the last and a few between. */
function reporter(say: (saying: Saying) => void): Reporter {
  let last: { stage: Stage; at: number } | null = null;
  return {
    progress(stage, fraction) {
      const now = performance.now();
      if (last?.stage === stage && fraction < 1 && now - last.at < pace) return;
      last = { stage, at: now };
      say({ say: 'progress', stage, fraction });
    },
    log: (level, line) => say({ say: 'log', level, line }),
  };
}
