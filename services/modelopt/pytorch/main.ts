import { inspectFile } from '#engine/inspection/inspect-file.ts';
import { serve } from '#worker/serve.ts';
import { modeloptPytorch } from './backend.ts';

await serve({ backends: [modeloptPytorch], inspect: inspectFile });
