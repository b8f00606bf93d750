import { describe, expect, test } from 'vitest';
import {
  type CompanionKind,
  type CompanionMap,
  companionKinds,
  companionMaps,
  expectedOf,
  parityFile,
  parityNets,
} from '#kit/parity-net.ts';
import { readOnnxModel } from '../formats/onnx/read.ts';
import type { Checkpoint } from '../formats/pth/checkpoint.ts';
import { openCheckpoint } from '../formats/pth/open.ts';
import type { Companion, CompanionModule } from './companion.ts';
import { matchCompanion } from './match-companion.ts';

/** Leaves nothing in a graph for inference. */
const invisible: ReadonlySet<string> = new Set(['Dropout']);

const kinds = Object.keys(companionKinds) as CompanionKind[];

describe.each(parityNets)('%s', async (net) => {
  const { classes } = await expectedOf(net);
  const maps = await companionMaps(net);
  for (const kind of kinds) {
    const compared = (what: string, compare: (found: Found) => void) => {
      test(`${kind}: ${what}`, async () => {
        const file = parityFile(`${net}.pth`);
        const graph = parityFile(`${net}${companionKinds[kind]}`);
        const checkpoint = await openCheckpoint(file.path, file.name);
        try {
          const companion = await matchCompanion(checkpoint, await readOnnxModel(graph), graph.name);
          compare({ checkpoint, companion });
        } finally {
          await checkpoint.close();
        }
      });
    };
    const map = maps[kind];
    const called = Object.entries(map.modules).filter(
      ([name, calls]) => calls.length > 0 && !invisible.has(classes[name] ?? ''),
    );

    compared('weights are in the initializers that hold them', ({ checkpoint, companion }) => {
      expect(weightsOf(companion)).toEqual(weightsByValue(map, checkpoint));
    });

    compared('modules have their classes', ({ companion }) => {
      const found = new Map(companion.modules.map(({ name, class: className }) => [name, className]));
      const ours = called.map(([name]) => [name, found.get(name)]);
      expect(ours).toEqual(called.map(([name]) => [name, classes[name]]));
    });

    compared('modules are called with the tensors that PyTorch calls them with', ({ companion }) => {
      const modules = new Map(companion.modules.map((module) => [module.name, module]));
      const wrong = called.flatMap(([name, calls]) => {
        const shown = calls.filter((tensors) => tensors.length > 0);
        const tensors = tensorsOf(modules.get(name));
        const right =
          shown.every((candidates) => candidates.some((tensor) => tensors.has(tensor))) &&
          [...tensors].every((tensor) => shown.some((candidates) => candidates.includes(tensor)));
        return right ? [] : [{ name, ours: [...tensors], theirs: calls }];
      });
      expect(wrong).toEqual([]);
    });
  }
});

type Found = { readonly checkpoint: Checkpoint; readonly companion: Companion };

/** Read with the time in front of the batch, as ONNX has it: what PyTorch is called with, or nothing that the graph shows. */
const timeFirst: Readonly<Record<string, readonly string[]>> = {
  '/lstm/Squeeze_1_output_0': ['/lstm/Transpose_1_output_0'],
  val_145: [],
};

const tensorsOf = (module: CompanionModule | undefined): ReadonlySet<string> =>
  new Set(module?.inputs.flatMap(({ tensor }) => timeFirst[tensor] ?? [tensor]));

/** Tied weights are one tensor under two names. */
const tied: Readonly<Record<string, string>> = { 'decoder.weight': 'tok.weight' };

function weightsOf({ weights }: Companion): readonly string[] {
  // The map names the first direction of what stacks two.
  const whole = weights.filter(({ transformation: { part } }) => (part?.index ?? 0) === 0);
  const lines = whole.map(({ initializer, tensor, transformation: { fold, gates, isTransposed } }) => {
    const how = fold ? `fold ${fold.batchNorm}` : gates ? 'gates' : isTransposed ? 'transpose' : 'identity';
    return `${initializer} = ${tied[tensor] ?? tensor}, ${how}`;
  });
  return [...new Set(lines)].sort();
}

function weightsByValue(map: CompanionMap, checkpoint: Checkpoint): readonly string[] {
  const ranks = new Map(checkpoint.tensors.map(({ name, shape }) => [name, shape.length]));
  const isWeight = (name: string) => /\.weight(_[ih]h_l\d+(_reverse)?)?$/.test(name) && (ranks.get(name) ?? 0) >= 2;
  return Object.entries(map.initializers)
    .filter(([, { tensor }]) => isWeight(tensor))
    .map(([name, { tensor, how, batchNorm }]) => {
      return `${name} = ${tied[tensor] ?? tensor}, ${batchNorm ? `${how} ${batchNorm}` : how}`;
    })
    .sort();
}
