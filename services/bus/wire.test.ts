import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { codecs, Verdict } from './messages.ts';
import { pack, unpack } from './payload.ts';
import { subjectToken } from './subjects.ts';
import { NewerMessageError } from './wire.ts';

describe('messages', () => {
  test('every field is there after a journey, 64-bit numbers as numbers', () => {
    const bytes = codecs.claimReply.encode({
      answer: 'grant',
      grant: {
        epoch: 3,
        leaseSeconds: 30,
        kind: 'QUANTIZE',
        backend: 'torchao',
        recipeJson: '{}',
        inputs: [{ role: 'model', key: 'o/a', name: 'a.pth', bytes: 5_000_000_000, sha256: 'ab', parts: [] }],
        outputPrefix: 'o/runs/r/3',
        batchSize: 0,
      },
    });
    const reply = codecs.claimReply.decode(bytes);
    expect(reply.version).toBe(1);
    if (reply.answer !== 'grant') throw new Error('no grant');
    expect(reply.grant.inputs[0]?.bytes).toBe(5_000_000_000);
    expect(reply.grant.batchSize).toBe(0);
  });

  test('fields at their defaults are read as defaults', () => {
    const report = codecs.report.decode(
      codecs.report.encode({ organizationId: 'o', runId: 'r', epoch: 0, number: 0, facts: [] }),
    );
    expect(report).toEqual({ version: 1, organizationId: 'o', runId: 'r', epoch: 0, number: 0, facts: [] });
  });

  test('facts of every kind keep their order', () => {
    const facts = [
      { fact: 'started', started: true },
      { fact: 'progress', progress: { stage: 'load', fraction: 0.5 } },
      { fact: 'log', log: { level: 'info', line: 'hello' } },
      { fact: 'planJson', planJson: '{}' },
    ] as const;
    const bytes = codecs.report.encode({ organizationId: 'o', runId: 'r', epoch: 1, number: 1, facts });
    expect(codecs.report.decode(bytes).facts).toEqual(facts);
  });

  test('a newer version is refused as newer', () => {
    const newer = Uint8Array.from([0x08, 2]);
    expect(() => codecs.job.decode(newer)).toThrow(NewerMessageError);
  });

  test.each([
    ['nothing', Uint8Array.from([])],
    ['a version of 0', Uint8Array.from([0x08, 0])],
    ['noise', Uint8Array.from([0xff, 0xff, 0xff])],
  ])('%s is no job', (_name, bytes) => {
    expect(() => codecs.job.decode(bytes)).toThrow();
  });

  test('a reply without its answer is refused', () => {
    expect(() => codecs.claimReply.decode(Uint8Array.from([0x08, 1]))).toThrow('A message without its answer');
  });

  test('an unknown field of a later writer is passed over', () => {
    const bytes = codecs.heartbeatReply.encode({ verdict: Verdict.CONTINUE });
    const extended = Uint8Array.from([...bytes, 0x7a, 1, 65]);
    expect(codecs.heartbeatReply.decode(extended).verdict).toBe(Verdict.CONTINUE);
  });
});

describe('payloads', () => {
  test('a large message travels packed, a small one as it is', () => {
    const large = new TextEncoder().encode('{"name":"layer"}'.repeat(200_000));
    const packed = pack(large);
    expect(packed.data.byteLength).toBeLessThan(1024 * 1024);
    expect(Buffer.from(gunzipSync(packed.data)).equals(Buffer.from(large))).toBe(true);
    expect(Buffer.compare(unpack(packed), large)).toBe(0);
    expect(pack(new Uint8Array([1])).headers).toBeUndefined();
  });
});

test.each([
  ['modelopt.onnx', 'modelopt-onnx'],
  ['torchao', 'torchao'],
])('the subject of %s is %s', (backend, token) => {
  expect(subjectToken(backend)).toBe(token);
});

test.each(['', '*', '>', 'a b', 'A'])('%j cannot be part of a subject', (backend) => {
  expect(() => subjectToken(backend)).toThrow();
});
