type Named = { readonly name: string };

type Ranked<T> = {
  /** The result itself. */
  readonly model: T | undefined;
  /** The ONNX model that was exported beside it. */
  readonly exported: T | undefined;
  /** All of them, these first. */
  readonly ordered: readonly T[];
};

/** Which of a run's files is the model, by their names: a checkpoint comes before an export of it, and both before weights of their own. */
export function rankArtifacts<T extends Named>(artifacts: readonly T[]): Ranked<T> {
  const models = artifacts.filter(({ name }) => name.startsWith('quantized_model'));
  const onnx = models.find(({ name }) => name.endsWith('.onnx'));
  const model = models.find(({ name }) => !/\.onnx(_data)?$/.test(name)) ?? onnx;
  const exported = model === onnx ? undefined : onnx;
  const first = [model, exported].filter((artifact) => artifact !== undefined);
  return { model, exported, ordered: [...first, ...artifacts.filter((artifact) => !first.includes(artifact))] };
}
