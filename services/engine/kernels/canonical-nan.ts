/** JavaScript keeps whatever bits a NaN has when it is stored; results of ours carry the one of the literal. */
export function canonicalNan(x: number): number {
  return Number.isNaN(x) ? Number.NaN : x;
}
