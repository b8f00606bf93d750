import type { OptionCard } from './option-card.ts';

/** Releases of torchao whose numerics `compat` reproduces to the bit, the newest first. Of 0.15 it is the default: its second version floored INT8 scales at the eps of the weight's dtype, not at 2^-23. */
const torchaoReleases = ['torchao-0.18', 'torchao-0.17', 'torchao-0.16', 'torchao-0.15'] as const;
export type TorchaoRelease = (typeof torchaoReleases)[number];

/** `backend_kwargs` of the torchao backend. `granularity` and `group_size` are torchao's own names. */
export const torchaoOptions = {
  granularity: {
    title: 'Granularity',
    help: 'Which weights share a scale: a row, the whole tensor, or a group of neighbours in a row.',
    takes: { oneOf: ['per_row', 'per_tensor', 'per_group'] },
    initial: 'per_row',
  },
  group_size: {
    title: 'Group size',
    help: 'Weights in a group when scales are per group; it has to divide the length of a row.',
    takes: { integer: { min: 1, max: 1 << 20 } },
    initial: 128,
    onlyWith: { option: 'granularity', value: 'per_group' },
  },
  compat: {
    title: 'Exactly as',
    help: 'The numbers of a release of torchao to the bit, with its faults (zero rows of FP8 become NaN), in the classes of 0.18.',
    takes: { oneOf: [null, ...torchaoReleases] },
    initial: null,
  },
  output_format: {
    title: 'File format',
    help: 'A .pth for torch.load, or safetensors in the layout that torchao flattens its tensors to.',
    takes: { oneOf: ['pth', 'safetensors'] },
    initial: 'pth',
  },
  rest_of_checkpoint: {
    title: 'Rest of the checkpoint',
    help: 'What stands beside the weights (optimizer, epoch, hyper-parameters): drop it, as TAO does, or keep it.',
    takes: { oneOf: ['drop', 'keep'] },
    initial: 'drop',
    clash: {
      value: 'keep',
      option: 'output_format',
      otherValue: 'safetensors',
      reason: 'A safetensors file holds tensors only, so the rest of the checkpoint cannot be kept in it.',
      remedy: 'Set output_format to pth, or rest_of_checkpoint to drop.',
    },
  },
} as const satisfies Record<string, OptionCard>;
