'use client';

import { Card, Group, Select, Stack, Text } from '@mantine/core';
import { UploadModelButton } from '#dashboard/features/models/upload-model-button.tsx';
import { type FragmentType, graphql, readFragment } from '#dashboard/graphql/generated/index.ts';
import { nodesOf } from '#dashboard/graphql/nodes.ts';
import { Notice } from '#dashboard/ui/notice.tsx';
import { datasetOptions } from './dataset-options.ts';
import { slotProblem } from './dataset-slots.ts';
import type { ChangeDraft, RecipeNeeds, RunDraft } from './draft.ts';
import { ModelPicker } from './model-picker.tsx';
import { UploadForSlot } from './upload-for-slot.tsx';
import { useDatasetSlots } from './use-dataset-slots.ts';

const InputsStepFragment = graphql(`
  fragment InputsStep on Project {
    id
    viewerCanUpload
    models(first: 100) {
      edges {
        node {
          id
          name
          ...ModelPicker
          versions(first: 12) {
            edges {
              node {
                id
                graph {
                  id
                }
              }
            }
          }
        }
      }
    }
    datasets(first: 100) {
      edges {
        node {
          id
          ...DatasetOption
        }
      }
    }
  }
`);

/** Among the calibration sets of a recipe that needs none, the choice to have none. */
const noise = 'noise';
/** Among the evaluation sets, the choice to have none. */
const none = 'none';

type InputsStepProps = {
  draft: RunDraft;
  change: ChangeDraft;
  needs: RecipeNeeds | null;
  project: FragmentType<typeof InputsStepFragment>;
  organization: string;
  reload: () => void;
};

/** The model version and the data; what does not fit is shown with the reason. */
export function InputsStep({ draft, change, needs, project: ref, organization, reload }: InputsStepProps) {
  const project = readFragment(InputsStepFragment, ref);
  const models = nodesOf(project.models);
  const version = models.flatMap(({ versions }) => nodesOf(versions)).find(({ id }) => id === draft.modelVersionId);
  // An ONNX model answers samples itself; weights need the network around them.
  const lacksGraph = version !== undefined && version.graph === null && needs?.formats.includes('onnx') === false;
  const calibration = datasetOptions(nodesOf(project.datasets), 'calibration');
  const onNoise = needs?.calibration === 'optional';
  const evaluation = datasetOptions(nodesOf(project.datasets), 'evaluation');
  const labelled = evaluation.filter(({ reason }) => reason === null);
  const slots = useDatasetSlots({ draft, change, options: { calibration, evaluation }, measurable: !lacksGraph });
  const target = { projectId: project.id, organization };
  const upload = { ...target, state: slots, reload };
  return (
    <Stack gap="lg">
      <Card>
        <Stack>
          <ModelPicker models={models} needs={needs} draft={draft} change={change} />
          {project.viewerCanUpload ? (
            <Group>
              <UploadModelButton
                {...target}
                taken={models.map(({ name }) => name)}
                variant="default"
                onUploaded={reload}
              />
            </Group>
          ) : null}
        </Stack>
      </Card>
      <Card>
        <Stack>
          {needs?.calibration === 'none' ? (
            <Text size="sm" c="dimmed">
              This recipe reads ranges from the weights alone, so it needs no calibration set.
            </Text>
          ) : (
            <>
              <Select
                label="Calibration set"
                description={`Samples like those of production; labels are not used. A few hundred usually do.${onNoise ? ' Without them, ranges are those of noise: good for trying placements, not for accuracy.' : ''}`}
                placeholder={calibration.length > 0 ? 'Choose a dataset' : 'No dataset yet'}
                data={onNoise ? [...calibration, { value: noise, label: 'None: ranges of noise' }] : calibration}
                value={draft.calibrationVersionId ?? (onNoise ? noise : null)}
                error={slotProblem(calibration, draft.calibrationVersionId)}
                onChange={(value) => {
                  slots.settle('calibration');
                  change({ calibrationVersionId: value === noise ? null : value });
                }}
                required={needs?.calibration === 'required'}
                allowDeselect={false}
              />
              {project.viewerCanUpload ? <UploadForSlot {...upload} slot="calibration" /> : null}
            </>
          )}
          <Select
            label="Evaluation set"
            description="Labelled samples. Float and quantized model both answer them, so that a bad export is not blamed on quantization."
            placeholder={labelled.length > 0 ? 'Choose a dataset' : 'No labelled dataset yet'}
            data={[...evaluation, { value: none, label: 'None: accuracy is not measured' }]}
            value={draft.skipsEvaluation ? none : draft.evaluationVersionId}
            error={slotProblem(evaluation, draft.evaluationVersionId)}
            onChange={(value) => {
              slots.settle('evaluation');
              change({ evaluationVersionId: value === none ? null : value, skipsEvaluation: value === none });
            }}
            disabled={lacksGraph && draft.evaluationVersionId === null}
            allowDeselect={false}
          />
          {project.viewerCanUpload && !lacksGraph ? <UploadForSlot {...upload} slot="evaluation" /> : null}
          {lacksGraph ? (
            <Notice tone="info" title="Accuracy cannot be measured for this version">
              A checkpoint holds weights but not the network that computes with them, and this one has no companion
              graph. Upload a new version together with the ONNX export of the same network; an evaluation set is not
              read without it.
            </Notice>
          ) : null}
          {draft.evaluationVersionId === null && !lacksGraph ? (
            <Notice tone="info">
              Without an evaluation set the run ends with sizes only. You would not see what quantization cost.
            </Notice>
          ) : null}
        </Stack>
      </Card>
    </Stack>
  );
}
