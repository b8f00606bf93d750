import type { ModuleInfo, ModuleTensors } from './infer-modules.ts';

type Verdict = Pick<ModuleInfo, 'class' | 'evidence' | 'assumed'>;
type Rule = (tensors: ModuleTensors) => Verdict | null;

const known = (name: string, evidence: string): Verdict => ({ class: name, evidence, assumed: false });
const assumed = (name: string, evidence: string): Verdict => ({ class: name, evidence, assumed: true });

/** Names that people give to embeddings. */
const embeddingName = /emb|wte|wpe|token|position/i;
const normName = /norm|(^|\.)ln|(^|\.)bn/i;
const convolutions = ['Conv1d', 'Conv2d', 'Conv3d'];

/** What the tensors of a module tell about its class, the surest evidence first. */
export const moduleRules: readonly Rule[] = [
  stated,
  quantized,
  attention,
  attentionOutput,
  statedByOthers,
  batchNorm,
  recurrent,
  convolution,
  normOfShape,
  linear,
  linearOrEmbedding,
  normOfVector,
];

function stated({ stated: path }: ModuleTensors): Verdict | null {
  if (!path?.startsWith('torch.nn.')) return null;
  return known(lastOf(path), `the file says it is a ${path}`);
}

/**
 * Of a class that is not torch's nobody can ask here whether it is derived from `nn.Linear`. One that is has
 * `in_features` and `out_features`, or in a graph an `aten.linear`; one that has not is none.
 */
function statedByOthers({ own, stated: path, linearLike }: ModuleTensors): Verdict | null {
  if (path === undefined) return linearLike ? known('Linear', 'the graph computes aten.linear with its weight') : null;
  if (own.size === 0) return known(lastOf(path), `the file says it is a ${path}`);
  if (own.get('weight')?.shape.length !== 2 || linearLike === undefined) return null;
  return linearLike
    ? assumed('Linear', `the file says it is a ${path}, which computes as a Linear and may be derived from it`)
    : known(lastOf(path), `the file says it is a ${path}, which has nothing of a Linear`);
}

function lastOf(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}

function quantized({ quantizedAs }: ModuleTensors): Verdict | null {
  return quantizedAs ? known('Linear', `its weight is quantized already (${quantizedAs})`) : null;
}

function attention({ own }: ModuleTensors): Verdict | null {
  return own.has('in_proj_weight') || own.has('q_proj_weight')
    ? known('MultiheadAttention', 'it has an in_proj_weight')
    : null;
}

/** torch gives it a class of its own, so that nobody quantizes it by mistake. */
function attentionOutput({ name, parent }: ModuleTensors): Verdict | null {
  const inside = parent?.has('in_proj_weight') || parent?.has('q_proj_weight');
  return inside && /(^|\.)out_proj$/.test(name)
    ? known('NonDynamicallyQuantizableLinear', 'it is the out_proj of a MultiheadAttention')
    : null;
}

function batchNorm({ own }: ModuleTensors): Verdict | null {
  return own.has('running_mean') ? known('BatchNorm', 'it has a running_mean') : null;
}

/** The gates of a recurrent cell stand one below the other in its weights. */
function recurrent({ own }: ModuleTensors): Verdict | null {
  const [rows, states] = own.get('weight_hh_l0')?.shape ?? [];
  // With projections the state is narrower than the gates.
  const columns = own.get('weight_hr_l0')?.shape[1] ?? states;
  if (!rows || !columns) return null;
  const name = new Map([
    [4, 'LSTM'],
    [3, 'GRU'],
    [1, 'RNN'],
  ]).get(rows / columns);
  return name ? known(name, `its weight_hh_l0 of [${rows}, ${states}] has ${rows / columns} gates`) : null;
}

function convolution({ own }: ModuleTensors): Verdict | null {
  const shape = own.get('weight')?.shape ?? [];
  const name = convolutions[shape.length - 3];
  if (!name) return null;
  const outputs = own.get('bias')?.shape[0];
  if (outputs !== undefined && outputs !== shape[0] && outputs === shape[1]) {
    return known(
      name.replace('Conv', 'ConvTranspose'),
      `weight of rank ${shape.length} with a bias of its second dimension`,
    );
  }
  return known(name, `weight of rank ${shape.length}`);
}

function normOfShape({ own }: ModuleTensors): Verdict | null {
  const weight = own.get('weight')?.shape;
  const bias = own.get('bias')?.shape;
  const same =
    weight && bias && weight.length === bias.length && weight.every((dimension, axis) => dimension === bias[axis]);
  return same ? assumed('LayerNorm', 'weight and bias of one shape') : null;
}

function linear({ own }: ModuleTensors): Verdict | null {
  const [outputs, inputs] = own.get('weight')?.shape ?? [];
  const bias = own.get('bias')?.shape;
  const fits =
    own.get('weight')?.shape.length === 2 && inputs !== undefined && bias?.length === 1 && bias[0] === outputs;
  return fits ? known('Linear', 'weight of rank 2 with a bias of its first dimension') : null;
}

function linearOrEmbedding({ name, own }: ModuleTensors): Verdict | null {
  if (own.get('weight')?.shape.length !== 2 || own.has('bias')) return null;
  const leaf = name.slice(name.lastIndexOf('.') + 1);
  if (embeddingName.test(leaf)) return assumed('Embedding', `weight of rank 2 without bias, and the name “${leaf}”`);
  return assumed('Linear', 'weight of rank 2 without bias');
}

function normOfVector({ name, own }: ModuleTensors): Verdict | null {
  return own.get('weight')?.shape.length === 1 && normName.test(name)
    ? assumed('RMSNorm', 'weight of rank 1 without bias, and its name')
    : null;
}
