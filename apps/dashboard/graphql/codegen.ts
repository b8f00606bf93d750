import type { CodegenConfig } from '@graphql-codegen/cli';

/** Typed documents and masked fragments from the gateway's printed schema; run by infra/dev/generate.mjs. */
const config: CodegenConfig = {
  schema: 'apps/gateway/schema.graphql',
  documents: ['apps/dashboard/{app,features,ui}/**/*.{ts,tsx}'],
  ignoreNoDocuments: true,
  generates: {
    'apps/dashboard/graphql/generated/': {
      preset: 'client',
      presetConfig: { fragmentMasking: { unmaskFunctionName: 'readFragment' } },
      config: {
        enumsAsTypes: true,
        useTypeImports: true,
        scalars: { DateTime: 'string', Long: 'number', JSON: 'unknown' },
      },
    },
  },
};

export default config;
