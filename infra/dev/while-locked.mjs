import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Does `work` while no other process does so under the same lock; one whose holder has died is taken over. */
export async function whileLocked(path, work) {
  while (!take(path)) {
    if (!isHeld(path)) rmSync(path, { force: true });
    await sleep(20);
  }
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

function take(path) {
  try {
    writeFileSync(path, `${process.pid}`, { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Nobody holds it for longer than a minute; an older one bears a number that another process may have by now. */
function isHeld(path) {
  try {
    process.kill(Number(readFileSync(path, 'utf8')), 0);
    return Date.now() - statSync(path).mtimeMs < 60_000;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
