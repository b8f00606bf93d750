import { randomUUID } from 'node:crypto';
import type { Project } from '#prisma/generated/client/client.ts';
import { type Change, change } from '../audit/change.ts';
import { ConflictError, ForbiddenError, InvalidInputError } from '../errors.ts';
import { builder } from '../schema/builder.ts';
import { readName, slugify } from '../schema/text.ts';
import { ProjectType } from './project.ts';

const Input = builder.inputType('CreateProjectInput', {
  fields: (t) => ({ name: t.string({ required: true }), description: t.string() }),
});

const Payload = builder.objectRef<{ project: Project }>('CreateProjectPayload').implement({
  fields: (t) => ({ project: t.expose('project', { type: ProjectType }) }),
});

builder.mutationField('createProject', (t) =>
  t.field({
    type: Payload,
    args: { input: t.arg({ type: Input, required: true }) },
    errors: { types: [InvalidInputError, ConflictError, ForbiddenError], union: { name: 'CreateProjectResult' } },
    resolve: (_, { input }, context) =>
      change(context, 'project.create', async (acting) => ({ project: await createProject(acting, input) })),
  }),
);

const maxDescription = 2_000;

async function createProject(
  { tx, organizationId, userId, audit }: Change,
  input: { readonly name: string; readonly description?: string | null | undefined },
): Promise<Project> {
  const name = readName(['input', 'name'], input.name);
  const description = (input.description ?? '').trim();
  if (description.length > maxDescription) {
    throw new InvalidInputError(
      ['input', 'description'],
      `The description has ${description.length} characters; ${maxDescription} are the limit.`,
      'Shorten it.',
    );
  }
  // A name in another script than Latin has no address of its own letters.
  const slug = slugify(name) || `project-${randomUUID().slice(0, 8)}`;
  const [project] = await tx.project.createManyAndReturn({
    data: [{ organizationId, name, slug, description, createdById: userId }],
    skipDuplicates: true,
  });
  if (!project) throw new ConflictError(`There is a project with the address ${slug} already.`, 'Choose another name.');
  await audit(project.id, { name, slug });
  return project;
}
