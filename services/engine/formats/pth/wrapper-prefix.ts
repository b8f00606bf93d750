/** torch.compile and (Distributed)DataParallel wrap a module under these names. */
const wrappers = ['_orig_mod.', 'module.'] as const;

/** What wrappers put before the name of every tensor, outermost first: `module.`, `_orig_mod.module.`; '' for nothing. */
export function wrapperPrefix(tensors: readonly { readonly name: string }[]): string {
  let prefix = '';
  const next = () => wrappers.find((wrapper) => tensors.every(({ name }) => name.startsWith(prefix + wrapper)));
  for (let found = next(); found && tensors.length > 0 && prefix.length < 64; found = next()) prefix += found;
  return prefix;
}
