/** What a graph may have; a file that asks for more is refused before anything is allocated for it. */
export const limits = {
  nodes: 200_000,
  initializers: 200_000,
  /** Exporters of old wrote each tensor of a large network into a file of its own. */
  dataFiles: 20_000,
  /** Tied weights are one place in a file that several tensors name; more than so many times the file is no model's. */
  dataReads: 8,
  rank: 16,
  dimension: 2 ** 31 - 1,
  /** If within Loop within If …; runtimes take exponential time or their own stack over deep ones. */
  subgraphDepth: 8,
  /** Of a Loop that nothing ends before, with those around it. */
  turns: 10_000_000,
  nameLength: 100_000,
  irVersion: 13,
  opset: { least: 7, most: 26 },
} as const;
