import { expect, test } from 'vitest';
import { completePreprocess } from './complete-preprocess.ts';
import { tellGuesses } from './tell-guesses.ts';

const input = { name: 'x', dtype: 'float32', layout: 'nchw', channels: 1, height: 28, width: 28 } as const;
const fitting = [{ height: 28, width: 28 }];
const larger = [...fitting, { height: 40, width: 28 }];
const normalized = { mean: [0.1], std: [0.3] };

test.each([
  { what: 'numbers said, size that fits', wishes: normalized, sizes: fitting, says: [] },
  {
    what: 'numbers said, another size',
    wishes: normalized,
    sizes: larger,
    says: [/are resized to 28 .*cropped to 28×28 \(gray/],
  },
  {
    what: 'size said, no numbers',
    wishes: { resize: 28 },
    sizes: larger,
    says: [/images are multiplied by 1\/255, not normalized/],
  },
  { what: 'nothing said, images unread', wishes: {}, sizes: [], says: [/resized.*cropped.*not normalized/] },
])('$what', ({ wishes, sizes, says }) => {
  const told = tellGuesses('photos', completePreprocess('photos', wishes, input), { serve: 'calibration', sizes });
  expect(told).toEqual(says.map((one) => expect.stringMatching(one)));
});

test('an evaluation set is told of its accuracy', () => {
  const completed = completePreprocess('photos', {}, input);
  expect(tellGuesses('photos', completed, { serve: 'evaluation', sizes: fitting })[0]).toMatch(
    /the accuracy is not its own\.$/,
  );
});
