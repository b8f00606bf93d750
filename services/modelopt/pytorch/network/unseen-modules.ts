import { listNames } from '#contract/list-names.ts';
import { enumerated } from './enumerated.ts';
import type { Network } from './network.ts';

/** Restoring compares the quantizers of the file with those of the network: a wrong guess of a class shows there. */
export function guessedClasses({ modules }: Network): readonly string[] {
  const guessed = (className: string) =>
    modules.filter((module) => module.assumed && module.class === className).map(({ name }) => name);
  const [norms, linears] = [guessed('LayerNorm'), guessed('Linear')];
  return [
    ...(norms.length > 0
      ? [
          `${listNames(norms)} taken for LayerNorm by the shape of the weight; a GroupNorm looks alike and has no quantizers, so that mto.restore would refuse the file. If one is, say so in module_classes: ${norms[0]}=GroupNorm.`,
        ]
      : []),
    ...(linears.length > 0
      ? [
          `${listNames(linears)} taken for Linear: a weight of rank 2 without bias. If one is an embedding, say so in module_classes: ${linears[0]}=Embedding.`,
        ]
      : []),
  ];
}

/** Without a graph nobody sees modules that hold nothing, and ModelOpt puts quantizers into some of them. */
export function hiddenModules({ checkpoint, modules }: Network): readonly string[] {
  if (checkpoint.modules.size === 0 && checkpoint.classes.size === 0)
    return [
      'The checkpoint does not list modules without tensors. If the network has poolings, LeakyReLU or InstanceNorm without weights, mto.restore wants their quantizers in the file: give an ONNX export of the network as companion graph, which tells them, or name each in module_classes, as in pool=MaxPool2d.',
    ];
  const parents = new Set(modules.flatMap(({ name }) => parentsOf(name)));
  const hidden = modules.filter(
    ({ name, class: className }) => className === 'unknown' && name !== '' && !parents.has(name),
  );
  const empty = hidden.filter(({ weight }) => weight === null).map(({ name }) => name);
  if (empty.length === 0) return [];
  return [
    `A state dict does not tell the classes of ${enumerated(empty)}. If one is a pooling, a LeakyReLU or an InstanceNorm, mto.restore wants its quantizers in the file: give an ONNX export of the network as companion graph, which tells them, or say so in module_classes, as in ${empty[0]}=MaxPool2d.`,
  ];
}

function parentsOf(name: string): string[] {
  const parts = name.split('.');
  return parts.slice(0, -1).map((_, i) => parts.slice(0, i + 1).join('.'));
}
