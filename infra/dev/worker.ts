import { inspectFile } from '#engine/inspection/inspect-file.ts';
import { modeloptOnnx } from '#modelopt/onnx/backend.ts';
import { modeloptPytorch } from '#modelopt/pytorch/backend.ts';
import { torchao } from '#torchao/backend.ts';
import { serve } from '#worker/serve.ts';

/** The embedded default: one process that does everything the fleet can do. */
await serve({ backends: [torchao, modeloptPytorch, modeloptOnnx], inspect: inspectFile });
