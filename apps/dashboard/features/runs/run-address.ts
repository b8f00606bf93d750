/** How an address names a run: by its number in the project, or, where it was written down long ago, by its global id. */
export type RunAddress = { readonly byNumber: boolean; readonly number: number; readonly id: string };

export function readRunAddress(text: string): RunAddress {
  const byNumber = /^[1-9]\d{0,8}$/.test(text);
  return { byNumber, number: byNumber ? Number(text) : 0, id: byNumber ? '' : text };
}
