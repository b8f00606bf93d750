import type { Service } from '../service.ts';
import { dieWithParent } from './die-with-parent.ts';
import { failureOf } from './failure-of.ts';
import { performTask } from './perform-task.ts';
import type { Saying, Task } from './task.ts';

/** The other side of `forkAttempt`: takes one task from its parent, says how it goes, and ends. */
export async function runAttemptProcess(service: Service): Promise<void> {
  dieWithParent();
  const task = await new Promise<Task>((resolve) => process.once('message', (message: Task) => resolve(message)));
  const last = await performTask(service, task, (saying) => void say(saying)).then(
    (result): Saying => ({ say: 'done', result }),
    (error: unknown): Saying => ({ say: 'failed', failure: failureOf(error) }),
  );
  await say(last);
  // Not by running dry: a thread pool of a native library may keep the process, or crash it on the way out.
  process.exit(0);
}

function say(saying: Saying): Promise<void> {
  return new Promise((resolve) => {
    if (process.send) process.send(saying, undefined, undefined, () => resolve());
    else resolve();
  });
}
