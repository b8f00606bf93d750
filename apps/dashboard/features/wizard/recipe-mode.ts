import { isRecord, kwargsIn, rulesIn } from './recipe-parts.ts';
import { type RecipePath, setInRecipe } from './recipe-text.ts';

/** The option of backends that quantize a model in one mode. */
export const modeKey = 'quantize_mode';
export type Mode = 'int8' | 'fp8';

/** What a recipe says of the mode: its option, else its first rule that is of one, else a scale of FP8, else INT8. */
export function modeIn(yaml: string): unknown {
  const { [modeKey]: said, fp8_scale } = kwargsIn(yaml);
  return said ?? ruledModes(yaml)[0]?.mode ?? (fp8_scale === undefined ? 'int8' : 'fp8');
}

/** The text in another mode: rules that were of the other one follow, and what only that one reads goes. */
export function chooseMode(yaml: string, mode: Mode): string {
  const other = ruledModes(yaml).filter((rule) => rule.mode !== mode);
  const ruled = other.reduce((text, { path }) => setInRecipe(text, path, dtypeOfMode[mode]), yaml);
  if (mode === 'fp8') return setInRecipe(ruled, ['backend_kwargs', modeKey], mode);
  return [modeKey, 'fp8_scale'].reduce((text, key) => setInRecipe(text, ['backend_kwargs', key], undefined), ruled);
}

const dtypeOfMode = { int8: 'int8', fp8: 'fp8_e4m3fn' } as const satisfies Record<Mode, string>;
const modeOfDtype: Readonly<Record<string, Mode>> = { int8: 'int8', fp8_e4m3fn: 'fp8', float8_e4m3fn: 'fp8' };

/** Every dtype of a rule that asks for a mode, in the order of the text. */
function ruledModes(yaml: string): readonly { readonly path: RecipePath; readonly mode: Mode }[] {
  return rulesIn(yaml).flatMap((rule, at) =>
    (['weights', 'activations'] as const).flatMap((part) => {
      const said = isRecord(rule) ? rule[part] : undefined;
      const dtype = isRecord(said) ? said.dtype : undefined;
      const mode = typeof dtype === 'string' ? modeOfDtype[dtype.toLowerCase()] : undefined;
      return mode ? [{ path: ['layers', at, part, 'dtype'], mode }] : [];
    }),
  );
}
