import type { Input } from '#bus/messages.ts';

export type CataloguedFile = {
  readonly key: string;
  readonly name: string;
  readonly bytes: bigint;
  readonly sha256: string;
};

export type CataloguedPart = { readonly name: string; readonly artifact: CataloguedFile };

/** A row of the catalogue as a worker is told of it. */
export function toInput(role: string, { key, name, bytes, sha256 }: CataloguedFile): Input {
  return { role, key, name, bytes: Number(bytes), sha256, parts: [] };
}

/** The same file with those that it refers to by name. */
export function withParts(input: Input, parts: readonly CataloguedPart[] | undefined): Input {
  return { ...input, parts: (parts ?? []).map(({ name, artifact }) => toInput('', { ...artifact, name })) };
}
