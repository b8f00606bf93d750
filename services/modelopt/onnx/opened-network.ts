import type { BackendInput } from '#contract/backend.ts';
import type { OnnxSettings } from '#contract/recipe/modelopt-onnx-request.ts';
import type { Recipe } from '#contract/recipe/recipe.ts';
import { type Network, openNetwork } from './network.ts';

/**
 * A plan and the run that follows it look at the same network: it is opened once, for as long as the host holds on to
 * the files and the recipe, neither of which may change meanwhile. Errors: those of `openNetwork`.
 */
export function networkOf(input: BackendInput, settings: OnnxSettings): Promise<Network> {
  const { files, recipe } = input;
  const last = opened.get(files);
  if (last?.recipe === recipe) return last.network;
  const network = openNetwork(input, settings);
  opened.set(files, { recipe, network });
  // What failed for want of memory or of a file may go well the next time.
  network.catch(() => opened.delete(files));
  return network;
}

const opened = new WeakMap<BackendInput['files'], { readonly recipe: Recipe; readonly network: Promise<Network> }>();
