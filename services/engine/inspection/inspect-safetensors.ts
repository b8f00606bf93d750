import type { InputFile } from '#contract/backend.ts';
import type { ModelInspection } from '#contract/inspection.ts';
import { openWith } from '#engine/formats/byte-source.ts';
import { readSafetensorsHeader } from '#engine/formats/safetensors/header.ts';
import { countParameters } from './count-parameters.ts';

/** Reads the header only. */
export function inspectSafetensors({ path, name }: InputFile): Promise<ModelInspection> {
  return openWith(path, name, async (source) => {
    const { tensors, metadata } = await readSafetensorsHeader(source);
    await source.close();
    const framework = metadata.get('format');
    return {
      kind: 'model',
      format: 'safetensors',
      container: 'safetensors',
      producer: null,
      wrapper: [],
      bytes: source.size,
      shards: 1,
      tensorBytes: tensors.reduce((sum, { bytes }) => sum + bytes, 0),
      parameters: countParameters(tensors),
      tensors,
      inputs: [],
      outputs: [],
      unknownGlobals: [],
      notes: [
        ...(framework ? [`Written for the framework “${framework.slice(0, 80)}”.`] : []),
        'No backend takes safetensors yet: save the weights with torch.save(load_file(path), "model.pth").',
      ],
    };
  });
}
