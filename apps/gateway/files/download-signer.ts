import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

/** A file that a link opens, without a cookie, until the link expires. */
type SignedFile = { readonly organizationId: string; readonly id: string; readonly name: string };

export type DownloadSigner = {
  /** The path of a link, from the gateway's root. */
  sign(file: SignedFile): string;
  verify(link: Link): 'valid' | 'expired' | 'forged';
};

/** The parts of a link that are signed; everything that decides which file it opens. */
export type Link = {
  readonly organizationId: string;
  readonly id: string;
  readonly expires: string;
  readonly signature: string;
};

export type SignerOptions = {
  readonly secret: string;
  readonly lifetimeSeconds: number;
  readonly now: () => number;
};

/** Links signed by HMAC-SHA256 with a key of their own, derived from the platform's secret. */
export function createDownloadSigner({ secret, lifetimeSeconds, now }: SignerOptions): DownloadSigner {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'zeropoint download links', 32));
  const signatureOf = ({ organizationId, id, expires }: Omit<Link, 'signature'>) =>
    createHmac('sha256', key).update(`${organizationId}/${id}/${expires}`).digest();
  return {
    sign({ organizationId, id, name }) {
      // Rounded up, so that a page that is rendered twice shows the same link.
      const expires = String(Math.ceil((now() / 1_000 + lifetimeSeconds) / 60) * 60);
      const signature = signatureOf({ organizationId, id, expires }).toString('base64url');
      return `/files/artifacts/${organizationId}/${id}/${encodeURIComponent(name)}?expires=${expires}&signature=${signature}`;
    },
    verify(link) {
      const given = Buffer.from(link.signature, 'base64url');
      const expected = signatureOf(link);
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) return 'forged';
      return Number(link.expires) * 1_000 > now() ? 'valid' : 'expired';
    },
  };
}
