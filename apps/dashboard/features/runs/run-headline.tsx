import { type FragmentType, graphql, readFragment } from '#dashboard/graphql/generated/index.ts';
import { formatBytes } from '#dashboard/ui/format/bytes.ts';
import { formatPoints, formatShrink } from '#dashboard/ui/format/number.ts';

const RunHeadlineFragment = graphql(`
  fragment RunHeadline on Run {
    outcome {
      bytesBefore
      bytesAfter
      evaluation {
        float {
          value
        }
        quantized {
          value
        }
      }
    }
    failure {
      code
    }
  }
`);

/** What a run came to, in a few words: “97 KB, 3.85× smaller, −0.33 points”. */
export function RunHeadline({ run }: { run: FragmentType<typeof RunHeadlineFragment> }) {
  const { outcome, failure } = readFragment(RunHeadlineFragment, run);
  if (failure) return failure.code.toLowerCase().replaceAll('_', ' ');
  if (!outcome) return null;
  const parts = [formatBytes(outcome.bytesAfter), formatShrink(outcome.bytesBefore, outcome.bytesAfter)];
  if (outcome.evaluation) parts.push(formatPoints(outcome.evaluation.quantized.value - outcome.evaluation.float.value));
  return parts.join(' · ');
}
