import { expect, it } from 'vitest';
import { parseUploadMetadata } from './upload-metadata.ts';

const good = { organization: 'demo', projectId: 'UHJvamVjdDox', filename: 'digits.pth', sha256: 'A'.repeat(64) };

it('reads what a client says, the digest in lower case', () => {
  expect(parseUploadMetadata(good)).toEqual({ ...good, sha256: 'a'.repeat(64) });
});

it.each([
  ['no metadata', undefined, 'organization'],
  ['no digest', { ...good, sha256: null }, 'sha256'],
  ['a short digest', { ...good, sha256: 'abc' }, '64 hexadecimal digits'],
  ['a path', { ...good, filename: '../x' }, 'slashes'],
  ['a parent', { ...good, filename: '..' }, 'slashes'],
  ['a line break', { ...good, filename: 'a\nb' }, 'slashes'],
  ['text that runs backwards', { ...good, filename: 'a\u202eb' }, 'slashes'],
  ['a name of few letters and many bytes', { ...good, filename: `${'数'.repeat(90)}.pth` }, '255 bytes'],
  ['a long name', { ...good, filename: 'x'.repeat(4_000) }, 'filename'],
])('%s is refused with a sentence', (_, metadata, named) => {
  expect(parseUploadMetadata(metadata)).toContain(named);
});
