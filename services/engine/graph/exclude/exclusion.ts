/** A node that stays float, and why, as a clause for people. */
export type Exclusion = { readonly node: string; readonly reason: string };
