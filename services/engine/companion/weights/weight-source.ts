/** Weights in the place of a checkpoint's own, by tensor name. Each is made when it is asked for, so that memory holds one. */
export type WeightSource = {
  has(tensor: string): boolean;
  /** In the checkpoint's shape, and not to be changed. Only of those that it has. */
  read(tensor: string): Promise<Float32Array>;
};

/** Those that are in memory. */
export function heldWeights(values: ReadonlyMap<string, Float32Array>): WeightSource {
  return {
    has: (tensor) => values.has(tensor),
    async read(tensor) {
      const weight = values.get(tensor);
      if (!weight) throw new Error(`${tensor} is none of the ${values.size} weights`);
      return weight;
    },
  };
}

/** The weights of `first`, and of `second` what `first` does not have. */
export function firstOf(first: WeightSource, second: WeightSource): WeightSource {
  return {
    has: (tensor) => first.has(tensor) || second.has(tensor),
    read: (tensor) => (first.has(tensor) ? first : second).read(tensor),
  };
}
