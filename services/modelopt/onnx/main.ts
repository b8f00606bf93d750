import { inspectFile } from '#engine/inspection/inspect-file.ts';
import { serve } from '#worker/serve.ts';
import { modeloptOnnx } from './backend.ts';

await serve({ backends: [modeloptOnnx], inspect: inspectFile });
