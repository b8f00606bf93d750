import { inspect } from '#engine/inspection/inspect.ts';
import { serve } from '#worker/serve.ts';
import { modeloptOnnx } from './backend.ts';

await serve({ backends: [modeloptOnnx], inspect });
