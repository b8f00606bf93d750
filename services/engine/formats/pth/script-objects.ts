import { lookUp } from './containers.ts';
import type { ScriptClasses } from './contents.ts';
import type { PickleNode, PickleValue, PyCall } from './pickle/value.ts';

/** An object of a class of TorchScript code: a module, as far as weights go. */
export function isScriptObject(value: PickleNode): value is PyCall {
  return value.kind === 'call' && qualifiedName(value).startsWith('__torch__.') && value.state !== undefined;
}

/** The class it was compiled from: `torch.nn.modules.linear.Linear` for `__torch__.torch.nn.modules.linear.___torch_mangle_8.Linear`. */
export function scriptClassOf(value: PyCall): string {
  return qualifiedName(value)
    .replace(/^__torch__\./, '')
    .replaceAll(/___torch_mangle_\d+\./g, '');
}

/**
 * What `state_dict()` lists of it: parameters, buffers, then submodules. A tensor attribute that its code calls
 * neither is none of the state; without code, every tensor is taken.
 */
export function scriptItems(value: PyCall, scripts: ScriptClasses): readonly { name: string; value: PickleValue }[] {
  const state = value.state ?? null;
  const attributes = typeof state === 'object' && state?.kind === 'dict' ? state.entries : [];
  const named = attributes.flatMap(([name, item]) => (typeof name === 'string' ? [{ name, value: item }] : []));
  const modules = named.filter(({ value: item }) => typeof item === 'object' && item !== null && isScriptObject(item));
  const code = scripts.get(qualifiedName(value));
  if (!code) return named;
  const own = [...code.parameters, ...code.buffers].map((name) => ({ name, value: lookUp(state, name) ?? null }));
  return [...own, ...modules];
}

function qualifiedName({ callee }: PyCall): string {
  return typeof callee === 'object' && callee?.kind === 'global' ? `${callee.module}.${callee.name}` : '';
}
