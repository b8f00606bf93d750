/**
 * A sentence on a file that is one of several of a model and was given without the others, by its name; null for
 * any other. Source: huggingface_hub/serialization/_base.py, names and indices of `split_state_dict_into_shards`.
 */
export function loneShard(name: string): string | null {
  const [, stem, number, total, extension] = shardName.exec(name) ?? [];
  if (Number(total ?? 1) < 2) return null;
  return `${name} is by its name part ${Number(number)} of ${Number(total)} of a model: the other parts are not read. For the whole model give its index, ${stem}.${extension}.index.json.`;
}

const shardName = /^(.+)-(\d{5})-of-(\d{5})\.(safetensors|bin|pt|pth)$/i;
