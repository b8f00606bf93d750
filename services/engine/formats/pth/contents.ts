import type { PickleValue, PyPersistent } from './pickle/value.ts';
import type { Storage } from './storages.ts';

/** What a container of torch.save holds, whichever it is: one pickled object and the storages that it refers to. */
export type PthContents = {
  readonly container: 'zip' | 'legacy';
  readonly root: PickleValue;
  readonly unknownGlobals: readonly string[];
  readonly storages: ReadonlyMap<PyPersistent, Storage>;
  readonly bigEndian: boolean;
};
