import { gunzipSync, gzipSync } from 'node:zlib';
import { headers, type MsgHdrs } from '@nats-io/transport-node';

/** nats-server takes 1 MiB by default, and the plan of a large model is JSON beyond that which packs tenfold. */
const packAbove = 32 * 1024;
const largestUnpacked = 64 * 1024 * 1024;
const encodingHeader = 'Content-Encoding';
const errorHeader = 'Zeropoint-Error';

export type Payload = { readonly data: Uint8Array; readonly headers?: MsgHdrs };

export function pack(bytes: Uint8Array): Payload {
  if (bytes.byteLength <= packAbove) return { data: bytes };
  const packed = headers();
  packed.set(encodingHeader, 'gzip');
  return { data: gzipSync(bytes), headers: packed };
}

export function unpack(message: { readonly data: Uint8Array; readonly headers?: MsgHdrs | undefined }): Uint8Array {
  const encoding = message.headers?.get(encodingHeader);
  if (!encoding) return message.data;
  if (encoding !== 'gzip') throw new Error(`A message is encoded as ${encoding}; this program reads gzip`);
  return gunzipSync(message.data, { maxOutputLength: largestUnpacked });
}

/** unreadable: asking again with the same bytes will not help. failed: it may. */
export type Refusal = { readonly kind: 'unreadable' | 'failed'; readonly reason: string };

/** An answer that says why there is none. */
export function refuse({ kind, reason }: Refusal): Payload {
  const refused = headers();
  refused.set(errorHeader, `${kind} ${reason.replaceAll(/[^\x20-\x7e]+/g, ' ').slice(0, 500)}`);
  return { data: new Uint8Array(), headers: refused };
}

export function refusalIn(message: { readonly headers?: MsgHdrs | undefined }): Refusal | null {
  const text = message.headers?.get(errorHeader);
  if (!text) return null;
  const [kind, ...reason] = text.split(' ');
  return { kind: kind === 'unreadable' ? kind : 'failed', reason: reason.join(' ') };
}
