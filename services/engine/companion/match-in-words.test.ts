import { expect, test } from 'vitest';
import { type CompanionKind, companionKinds, type ParityNet, parityFile } from '#kit/parity-net.ts';
import { readOnnxModel } from '../formats/onnx/read.ts';
import { openCheckpoint } from '../formats/pth/open.ts';
import { matchCompanion } from './match-companion.ts';

const scope = 'the companion graph has';
const metadata = 'the companion graph’s metadata names the class';

test.each<[ParityNet, CompanionKind, string, string]>([
  ['convbn', 'plain', 'stem', `${scope} a Conv with its weight; its weight is stem.weight`],
  [
    'convbn',
    'folded',
    'stem',
    `${scope} a Conv with its weight; its weight is onnx::Conv_64 with BatchNorm bn folded in`,
  ],
  [
    'unet',
    'dynamo',
    'up1',
    `${scope} a ConvTranspose with its weight; its weight is up1.weight with BatchNorm bn1 folded in`,
  ],
  ['embed', 'dynamo', 'fc1', `${metadata}; its weight is val_5 transposed`],
  [
    'rnn',
    'folded',
    'lstm',
    `${scope} an LSTM with its weight; its weights are onnx::LSTM_347, onnx::LSTM_348 and 2 more with its gates reordered`,
  ],
  [
    'rnn',
    'dynamo',
    'gru',
    `${metadata}; its weights are val_219, val_220 with its gates reordered, with its directions stacked`,
  ],
  ['convbn', 'plain', 'pool', `${scope} MaxPool in its scope`],
])('%s, %s: %s', async (net, kind, module, evidence) => {
  const file = parityFile(`${net}.pth`);
  const checkpoint = await openCheckpoint(file.path, file.name);
  const graph = parityFile(`${net}${companionKinds[kind]}`);
  const companion = await matchCompanion(checkpoint, await readOnnxModel(graph), graph.name);
  await checkpoint.close();
  expect(companion.modules.find(({ name }) => name === module)?.evidence).toBe(evidence);
});
