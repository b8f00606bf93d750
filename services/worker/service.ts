import type { Backend, InputFile } from '#contract/backend.ts';
import type { Inspection } from '#contract/inspection.ts';

/** What one process of the fleet can do. */
export type Service = {
  readonly backends: readonly Backend[];
  /** Reads an uploaded file; a service without it takes no inspections. */
  readonly inspect?: (file: InputFile) => Promise<Inspection>;
};

/** The name under which inspections are queued, beside the backends' ids. */
export const inspectBackend = 'inspect';
