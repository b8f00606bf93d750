import { builder } from '../schema/builder.ts';
import { tenantKey } from '../schema/node.ts';

export const ArtifactType = builder.prismaNode('Artifact', {
  id: { field: 'id' },
  nullable: true,
  findUnique: tenantKey,
  select: { organizationId: true, id: true, name: true },
  fields: (t) => ({
    name: t.exposeString('name'),
    bytes: t.expose('bytes', { type: 'Long' }),
    sha256: t.exposeString('sha256'),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    downloadUrl: t.string({
      description: 'Signed, short-lived, takes ranges.',
      resolve: (artifact, _, { platform }) => platform.downloads.sign(artifact),
    }),
  }),
});
