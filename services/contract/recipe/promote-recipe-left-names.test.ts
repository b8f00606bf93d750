import { expect, it } from 'vitest';
import { parseRecipe } from './parse-recipe.ts';
import { promoteRecipe } from './promote-recipe.ts';

it.each<{ what: string; section: object; leftByPresets?: readonly string[]; said: RegExp | null }>([
  { what: 'nobody has looked', section: {}, said: /leaves names like lm_head and router.* if the model has such/ },
  { what: 'the model has none', section: {}, leftByPresets: [], said: null },
  {
    what: 'it has one',
    section: {},
    leftByPresets: ['lm_head'],
    said: /left lm_head as it is; now skip_names has to/,
  },
  { what: 'the recipe names it', section: { skip_names: ['*head*'] }, leftByPresets: ['lm_head'], said: null },
  {
    what: 'weights alone were quantized',
    section: { mode: 'weight_only_ptq' },
    leftByPresets: ['lm_head'],
    said: /left lm_head as it is; now skip_names has to/,
  },
])(
  'of layers that presets leave as they are it tells those of the model: $what',
  ({ section, leftByPresets, said }) => {
    const { recipe } = parseRecipe({ backend: 'modelopt.pytorch', ...section });
    const { changed } = promoteRecipe(recipe, 'modelopt.onnx', leftByPresets ? { leftByPresets } : {});
    const sentence = changed.find((one) => one.includes('INT8_DEFAULT_CFG')) ?? null;
    if (said === null) expect(sentence).toBeNull();
    else expect(sentence).toMatch(said);
  },
);
