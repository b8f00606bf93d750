import { InputError } from '#contract/failure.ts';
import { type OnnxModel, standardOpset } from '../model.ts';
import { checkGraph } from './check-graph.ts';
import { checkInnerTensors } from './check-inner-tensors.ts';
import { checkLoops } from './check-loops.ts';
import { checkNesting } from './check-nesting.ts';
import { checkTensors } from './check-tensors.ts';
import { limits } from './limits.ts';

/**
 * Refuses a model that later steps or the runtime cannot be trusted with: recursive or exploding structure, sizes
 * that do not fit the data, names that clash. The runtime is native code, and some files end its process.
 */
export function checkModel(model: OnnxModel, name: string): void {
  checkVersions(model, name);
  checkNesting(model, name);
  checkInnerTensors(model, name);
  checkGraph(model.graph, name);
  checkTensors(model.graph, name);
  checkLoops(model, name);
}

function checkVersions(model: OnnxModel, name: string): void {
  if (model.graph.nodes.length === 0 && model.graph.outputs.length === 0) {
    throw new InputError('NOT_A_MODEL', `${name} is not an ONNX model: it holds no graph.`);
  }
  if (model.irVersion < 1 || model.irVersion > limits.irVersion) {
    throw new InputError(
      'UNSUPPORTED',
      `${name} says it is of ONNX IR version ${model.irVersion}; 1 to ${limits.irVersion} can be read.`,
    );
  }
  const opset = standardOpset(model);
  const { least, most } = limits.opset;
  if (opset < least || opset > most) {
    throw new InputError('UNSUPPORTED', `${name} uses opset ${opset} of ONNX; ${least} to ${most} are supported.`, {
      remedy: 'Export it again with opset 17 to 20.',
    });
  }
}
