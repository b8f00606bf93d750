import { Badge } from '@mantine/core';
import { createColumnHelper } from '@tanstack/react-table';
import type { PlanTableFragment as PlanData } from '#dashboard/graphql/generated/graphql.ts';
import { formatShape } from '#dashboard/ui/format/number.ts';
import { describeGranularity } from './describe-granularity.ts';
import classes from './plan-table.module.css';
import { verdictOrder, verdicts } from './verdicts.ts';

export type PlannedLayer = PlanData['layers'][number];

const column = createColumnHelper<PlannedLayer>();

/** TanStack's own order of names with numbers takes each name apart at every comparison. */
const name = column.accessor(({ name: full }) => full.replace(/\d+/g, (digits) => digits.padStart(9, '0')), {
  id: 'name',
  header: 'Layer',
  sortingFn: 'basic',
  cell: ({ row: { original: layer } }) => (
    <div className={classes.layer}>
      <span className="mono">{layer.name}</span>
      <div className={classes.note}>{describe(layer)}</div>
      <div className={classes.narrow}>
        {[inWords(layer.weights, layer.shape), inWords(layer.activations, activationShape)]
          .filter(Boolean)
          .join(', ') || layer.reason}
      </div>
    </div>
  ),
});
const verdict = column.accessor((layer) => verdictOrder.indexOf(layer.verdict), {
  id: 'verdict',
  header: 'Verdict',
  sortingFn: 'basic',
  cell: ({ row }) => {
    const { label, color, variant } = verdicts[row.original.verdict];
    return (
      <Badge color={color} variant={variant}>
        {label}
      </Badge>
    );
  },
});
const weights = column.accessor((layer) => layer.weights?.dtype ?? '', {
  id: 'weights',
  header: 'Weights',
  meta: { shown: 'wide' },
  sortingFn: 'basic',
  cell: ({ row }) => <TensorCell tensor={row.original.weights} shape={row.original.shape} />,
});
const activations = column.accessor((layer) => layer.activations?.dtype ?? '', {
  id: 'activations',
  header: 'Activations',
  meta: { shown: 'wide' },
  sortingFn: 'basic',
  cell: ({ row }) => <TensorCell tensor={row.original.activations} shape={activationShape} />,
});
const why = column.accessor('reason', {
  header: 'Why',
  meta: { shown: 'wide' },
  enableSorting: false,
  cell: ({ row: { original: layer } }) => (
    <div className={classes.why}>
      {layer.reason}
      <div className={classes.note}>Class known by: {layer.evidence}</div>
    </div>
  ),
});

const weightsOnly = [name, verdict, weights, why];
const both = [name, verdict, weights, activations, why];

/** A backend that leaves activations alone needs no column for them. */
export function planColumns(layers: readonly PlannedLayer[]) {
  return layers.some((layer) => isQuantized(layer.activations)) ? both : weightsOnly;
}

/** The class and the weight's shape; a layer without a weight has no shape to show. */
function describe({ class: kind, shape }: PlannedLayer): string {
  return shape.length === 0 ? kind : `${kind} · ${formatShape(shape)}`;
}

type Tensor = PlannedLayer['weights'];

function isQuantized(tensor: Tensor): boolean {
  return tensor != null && tensor.dtype !== 'native';
}

/** A plan knows no shapes of activations, and their axes are no rows. */
const activationShape: readonly number[] = [];

function inWords(tensor: Tensor, shape: readonly number[]): string | null {
  return tensor && isQuantized(tensor) ? `${tensor.dtype} ${describeGranularity(tensor, shape)}` : null;
}

function TensorCell({ tensor, shape }: { tensor: Tensor; shape: readonly number[] }) {
  if (!tensor || !isQuantized(tensor)) return '–';
  return (
    <>
      {tensor.dtype}
      <div className={classes.note} style={{ whiteSpace: 'nowrap' }}>
        {describeGranularity(tensor, shape)}
      </div>
    </>
  );
}
