import { limits } from '../limits.ts';
import { listOf, member, textOf } from './json.ts';

/** What the graph of an exported program tells of the modules it was made from. */
export type GraphFacts = {
  readonly classes: ReadonlyMap<string, string>;
  /** Modules whose weight a node `aten.linear` computes with: true. Of the others a graph tells nothing, it may be decomposed. */
  readonly linearLike: ReadonlyMap<string, boolean>;
  readonly torchVersion: string | null;
};

/** Reads `models/*.json` (torch/_export/serde/schema.py `ExportedProgram`). What it does not say stays unknown: nothing here can fail. */
export function readGraph(program: unknown): GraphFacts {
  const module = member(program, 'graph_module');
  const weights = weightNames(member(module, 'signature'));
  const classes = new Map<string, string>();
  const linearLike = new Map<string, boolean>();
  for (const node of listOf(member(module, 'graph', 'nodes'))) {
    addClasses(classes, textOf(member(node, 'metadata', 'nn_module_stack')) ?? '');
    const weight = isLinear(node) ? weights.get(argumentOf(node, 'weight')) : undefined;
    if (weight?.endsWith('weight')) linearLike.set(ownerOf(weight), true);
  }
  return { classes, linearLike, torchVersion: textOf(member(program, 'torch_version')) };
}

/** Graph input to the parameter or buffer that is fed there. */
function weightNames(signature: unknown): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const spec of listOf(member(signature, 'input_specs'))) {
    for (const kind of ['parameter', 'buffer']) {
      const input = textOf(member(spec, kind, 'arg', 'name'));
      const name = textOf(member(spec, kind, `${kind}_name`));
      if (input !== null && name !== null) names.set(input, name);
    }
  }
  return names;
}

function isLinear(node: unknown): boolean {
  return textOf(member(node, 'target'))?.startsWith('torch.ops.aten.linear.') === true;
}

function argumentOf(node: unknown, name: string): string {
  const argument = listOf(member(node, 'inputs')).find((input) => member(input, 'name') === name);
  return textOf(member(argument, 'arg', 'as_tensor', 'name')) ?? '';
}

/** `L__self__,,__main__.Net;L__self__fc1,fc1,torch.nn.modules.linear.Linear`; a module's later calls end in `@1`. */
function addClasses(classes: Map<string, string>, stack: string): void {
  for (const frame of stack.split(';')) {
    const [, path, className] = frame.split(',');
    if (path === undefined || !className || classes.size >= limits.checkpointTensors) continue;
    classes.set(path.replace(/@\d+$/, ''), className);
  }
}

function ownerOf(name: string): string {
  return name.slice(0, Math.max(name.lastIndexOf('.'), 0));
}
