import { type FragmentType, graphql, readFragment } from '#dashboard/graphql/generated/index.ts';
import { counted } from '#dashboard/ui/format/number.ts';
import type { Slot, SlotOption } from './dataset-slots.ts';

const DatasetOptionFragment = graphql(`
  fragment DatasetOption on Dataset {
    name
    latestVersion {
      id
      number
      inspectionState
      inspection {
        samples
        labels
      }
    }
  }
`);

/** Datasets to choose from; those that cannot serve are there too, disabled, with the reason in their label. */
export function datasetOptions(
  datasets: readonly FragmentType<typeof DatasetOptionFragment>[],
  use: Slot,
): SlotOption[] {
  return readFragment(DatasetOptionFragment, datasets).flatMap(({ name, latestVersion: version }) => {
    if (!version) return [];
    const reason = unfit(version.inspectionState, version.inspection?.labels ?? null, use);
    const samples = version.inspection ? `, ${counted(version.inspection.samples, 'sample')}` : '';
    const label = reason ? `${name} (${reason})` : `${name} v${version.number}${samples}`;
    const pending = version.inspectionState === 'PENDING';
    return [{ value: version.id, label, disabled: reason !== null && !pending, pending, reason }];
  });
}

function unfit(state: string, labels: string | null, use: Slot): string | null {
  if (state === 'PENDING') return 'being inspected';
  if (state === 'FAILED') return 'not usable';
  return use === 'evaluation' && labels === null ? 'has no labels' : null;
}
