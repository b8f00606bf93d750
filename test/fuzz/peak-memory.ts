import { readFileSync, writeFileSync } from 'node:fs';

/** Linux can forget a process's peak of resident memory, so that each case has its own. */
export function forgetPeak(): void {
  try {
    writeFileSync('/proc/self/clear_refs', '5');
  } catch {
    // Elsewhere the peak is that of the whole process.
  }
}

export function peakBytes(): number {
  return statusField('self', 'VmHWM') ?? process.resourceUsage().maxRSS * 1024;
}

/** Null where the machine does not tell, or the process has ended. */
export function residentBytes(pid: number): number | null {
  return statusField(String(pid), 'VmRSS');
}

function statusField(pid: string, field: string): number | null {
  try {
    const match = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'latin1'));
    return match ? Number(match[1]) * 1024 : null;
  } catch {
    return null;
  }
}
