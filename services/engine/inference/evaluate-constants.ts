import { dataTypes, type OnnxDtype } from '#engine/formats/onnx/data-type.ts';
import type { OnnxModel, OnnxTensor } from '#engine/formats/onnx/model.ts';
import { makeTensor } from '#engine/formats/onnx/tensor.ts';
import { openSession } from './session.ts';

/** The outputs of a model without inputs; those of types that no tensor of a file can have are left out. */
export async function evaluateConstants(model: OnnxModel, name: string): Promise<ReadonlyMap<string, OnnxTensor>> {
  const session = await openSession(model, { device: 'cpu', name, threads: 1 });
  try {
    const values = await session.run(new Map(), session.outputNames);
    return new Map(
      [...values].flatMap(([output, { dtype, shape, bytes }]) =>
        isStored(dtype) ? [[output, makeTensor({ name: output, dtype, shape }, bytes)] as const] : [],
      ),
    );
  } finally {
    await session.close();
  }
}

function isStored(dtype: string): dtype is OnnxDtype {
  return Object.hasOwn(dataTypes, dtype);
}
