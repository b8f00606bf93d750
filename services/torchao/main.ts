import { inspectFile } from '#engine/inspection/inspect-file.ts';
import { serve } from '#worker/serve.ts';
import { torchao } from './backend.ts';

await serve({ backends: [torchao], inspect: inspectFile });
