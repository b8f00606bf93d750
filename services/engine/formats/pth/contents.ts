import type { PickleValue } from './pickle/value.ts';
import type { StorageTable } from './storages.ts';

/** What a container of torch.save holds, whichever it is: one pickled object and the storages that it refers to. */
export type PthContents = {
  readonly container: 'zip' | 'legacy' | 'tar' | 'torchscript';
  readonly root: PickleValue;
  readonly unknownGlobals: readonly string[];
  readonly storages: StorageTable;
  /** The code of a TorchScript archive by record name; null elsewhere. */
  readonly scripts: ScriptClasses | null;
};

/** Qualified class name (`__torch__.Net`) to what its source says of it. */
export type ScriptClasses = ReadonlyMap<string, ScriptClass>;
export type ScriptClass = { readonly parameters: readonly string[]; readonly buffers: readonly string[] };
