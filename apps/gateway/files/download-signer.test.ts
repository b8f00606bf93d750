import { describe, expect, it } from 'vitest';
import { createDownloadSigner, type Link } from './download-signer.ts';

const secret = 'x'.repeat(32);
const file = { organizationId: 'org-a', id: 'file-1', name: 'quantized model.onnx' };

function parse(path: string): Link {
  const url = new URL(path, 'http://gateway');
  const [, , , organizationId = '', id = ''] = url.pathname.split('/');
  return {
    organizationId,
    id,
    expires: url.searchParams.get('expires') ?? '',
    signature: url.searchParams.get('signature') ?? '',
  };
}

describe('download links', () => {
  let time = 1_000_000_000_000;
  const signer = createDownloadSigner({ secret, lifetimeSeconds: 900, now: () => time });
  const link = parse(signer.sign(file));

  it('opens the file it was made for', () => {
    expect(signer.verify(link)).toBe('valid');
    expect(signer.sign(file)).toContain('/quantized%20model.onnx?');
  });

  it.each([
    ['another file', { id: 'file-2' }],
    ['another organization', { organizationId: 'org-b' }],
    ['a later end', { expires: '9999999999' }],
    ['a shortened signature', { signature: link.signature.slice(0, 10) }],
    ['no signature', { signature: '' }],
  ])('altered to %s it is forged', (_, change) => {
    expect(signer.verify({ ...link, ...change })).toBe('forged');
  });

  it('signed with another secret it is forged', () => {
    const other = createDownloadSigner({ secret: 'y'.repeat(32), lifetimeSeconds: 900, now: () => time });
    expect(signer.verify(parse(other.sign(file)))).toBe('forged');
  });

  it('expires', () => {
    time += 961_000;
    expect(signer.verify(link)).toBe('expired');
    time -= 961_000;
  });
});
