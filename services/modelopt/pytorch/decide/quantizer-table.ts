import type { TorchSettings } from '#contract/recipe/modelopt-pytorch-request.ts';

export type Release = TorchSettings['modelopt_version'];

export type QuantizableClass = {
  /** Which quantizers a module of the class gets: inserted-quantizers.ts. */
  readonly quantizers: 'weighted' | 'observed' | 'embedding' | 'recurrent';
  /** The first release of ModelOpt that inserts them; absent: all that are offered do. */
  readonly since?: Release;
  /** ModelOpt's presets switch them off, so that a rule has to name the class or the module itself. */
  readonly isOffInPresets?: true;
};

const weighted = { quantizers: 'weighted' } as const;
const observed = { quantizers: 'observed' } as const;
const unused = { quantizers: 'observed', isOffInPresets: true } as const;
const recurrent = { quantizers: 'recurrent' } as const;

/**
 * The classes of PyTorch that NVIDIA ModelOpt 0.47 inserts quantizers into. Every one of them, also a disabled one,
 * has to be listed in the file: restoring compares the names with those that ModelOpt itself inserts.
 */
const quantizableClasses: Readonly<Record<string, QuantizableClass>> = {
  Linear: weighted,
  Conv1d: weighted,
  Conv2d: weighted,
  Conv3d: weighted,
  ConvTranspose1d: weighted,
  ConvTranspose2d: weighted,
  ConvTranspose3d: weighted,
  NonDynamicallyQuantizableLinear: weighted,
  InstanceNorm1d: observed,
  InstanceNorm2d: observed,
  InstanceNorm3d: observed,
  LayerNorm: { quantizers: 'observed', since: '0.44' },
  MaxPool1d: observed,
  MaxPool2d: observed,
  MaxPool3d: observed,
  AvgPool1d: observed,
  AvgPool2d: observed,
  AvgPool3d: observed,
  AdaptiveAvgPool1d: observed,
  AdaptiveAvgPool2d: observed,
  AdaptiveAvgPool3d: observed,
  /** One that no graph shows: its rank is unknown, and does not matter. */
  BatchNorm: unused,
  BatchNorm1d: unused,
  BatchNorm2d: unused,
  BatchNorm3d: unused,
  LeakyReLU: unused,
  Embedding: { quantizers: 'embedding', since: '0.45', isOffInPresets: true },
  LSTM: recurrent,
  GRU: recurrent,
  RNN: recurrent,
};

export const quantizableClassNames: readonly string[] = Object.keys(quantizableClasses);

/** null for a class that ModelOpt has no quantizers for. */
export function quantizableClass(name: string): QuantizableClass | null {
  return (Object.hasOwn(quantizableClasses, name) ? quantizableClasses[name] : null) ?? null;
}

export function isSince(release: Release, first: Release | undefined): boolean {
  return first === undefined || Number(release) >= Number(first);
}
