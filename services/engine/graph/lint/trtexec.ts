import type { LintReport } from '#contract/lint.ts';
import { listNames } from '#contract/list-names.ts';
import type { OnnxPort } from '#engine/formats/onnx/model.ts';
import { pluginNodes } from './plugins.ts';
import type { Subject } from './subject.ts';

type Trtexec = Pick<LintReport, 'trtexec' | 'trtexecNote'>;

/** The command that builds an engine, with a profile where inputs leave dimensions open. */
export function trtexecLine({ model, view, qdq }: Subject, file: string): Trtexec {
  const foreign = [...new Set(pluginNodes(model).foreign.map(({ op }) => op))];
  const open = view.graph.inputs.filter(({ shape }) => shape?.some((size) => typeof size !== 'number'));
  const profile = (['min', 'opt', 'max'] as const).map(
    (which) => `--${which}Shapes=${open.map((input) => shapeOf(input, which)).join(',')}`,
  );
  const engine = `${file.replace(/\.onnx$/, '')}.engine`;
  const words = [
    'trtexec',
    `--onnx=${file}`,
    '--stronglyTyped',
    `--saveEngine=${engine}`,
    ...(open.length > 0 ? profile : []),
  ];
  return {
    trtexec: words.map(quoted).join(' '),
    trtexecNote: [
      'For TensorRT 10.x, without flags of precision such as --int8 or --fp16; TensorRT 11 is always strongly typed.',
      ...(qdq.some(({ type }) => type === 'float8_e4m3fn')
        ? ['FP8 needs a GPU of compute capability 8.9 or newer.']
        : []),
      ...(foreign.length > 0 ? [`Add --staticPlugins=LIBRARY with the plugin of ${listNames(foreign)}.`] : []),
      ...(open.length > 0
        ? [`The sizes of open dimensions (${openDimensions(open)}) are guesses: set them to what you will run.`]
        : []),
    ].join(' '),
  };
}

/** For the batch, and for any other open dimension. */
const guesses = {
  min: { batch: 1, other: 1 },
  opt: { batch: 8, other: 128 },
  max: { batch: 32, other: 512 },
} as const;

function shapeOf({ name, shape }: OnnxPort, which: keyof typeof guesses): string {
  const { batch, other } = guesses[which];
  const sizes = (shape ?? []).map((size, axis) => (typeof size === 'number' ? size : axis === 0 ? batch : other));
  // trtexec takes a name that holds its own separators in quotes.
  return `${/[:,]/.test(name) ? `'${name}'` : name}:${sizes.join('x')}`;
}

function openDimensions(inputs: readonly OnnxPort[]): string {
  const names = inputs.flatMap(({ name, shape }) =>
    (shape ?? []).flatMap((size, axis) => (typeof size === 'number' ? [] : [size ?? `axis ${axis} of ${name}`])),
  );
  return [...new Set(names)].join(', ');
}

/** As a POSIX shell takes it for one word. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
