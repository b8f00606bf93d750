import type { CompanionWeight } from './companion.ts';

/**
 * Where a module's weights are in the graph and what the export did to them, for people: `its weight is onnx::Conv_64
 * with BatchNorm bn1 folded in`. Null: the module has none.
 */
export function matchInWords(weights: readonly CompanionWeight[]): string | null {
  const [first] = weights;
  if (!first) return null;
  const names = [...new Set(weights.map(({ initializer }) => initializer))];
  const shown =
    names.length > most ? `${names.slice(0, most).join(', ')} and ${names.length - most} more` : names.join(', ');
  return `its ${names.length > 1 ? 'weights are' : 'weight is'} ${[shown, changesOf(first)].join(' ').trim()}`;
}

/** So many names are said. */
const most = 2;

function changesOf({ transformation: { fold, gates, isTransposed, part, rows } }: CompanionWeight): string {
  const changes = [
    fold && `with BatchNorm ${fold.batchNorm} folded in`,
    isTransposed && 'transposed',
    gates && gates.length > 1 && 'with its gates reordered',
    part && part.count > 1 && 'with its directions stacked',
    rows !== null && `of ${rows} rows that were looked up while exporting`,
  ];
  return changes.filter(Boolean).join(', ');
}
