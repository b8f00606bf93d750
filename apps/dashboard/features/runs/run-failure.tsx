import { type FragmentType, graphql, readFragment } from '#dashboard/graphql/generated/index.ts';
import { Notice } from '#dashboard/ui/notice.tsx';

const RunFailureFragment = graphql(`
  fragment RunFailure on Run {
    state
    failure {
      code
      message
      remedy
    }
  }
`);

export function RunFailure({ run }: { run: FragmentType<typeof RunFailureFragment> }) {
  const { failure, state } = readFragment(RunFailureFragment, run);
  if (failure && state === 'FAILED') {
    return (
      <div data-testid="run-failure" data-code={failure.code}>
        <Notice tone="problem" title="This run failed" remedy={failure.remedy}>
          {failure.message}
        </Notice>
      </div>
    );
  }
  if (state === 'CANCELED')
    return <Notice tone="info">This run was canceled. Nothing of it was kept but its log.</Notice>;
  return null;
}
