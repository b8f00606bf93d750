/**
 * What torchao 0.18.0 makes of five rows of eight weights on a CPU, PerRow: little-endian hex of weight, qdata
 * and scale. Rows: 0 mixed, 1 pi and e, 2 zeros, 3 below the floor of the scale, 4 up to 448 with a -0.
 */
export const torchaoGolden = [
  {
    dtype: 'float32',
    row: 0,
    w: '0000803f000080bf0000003f000080becdcccc3d9a9999be3333333f00000000',
    q: '7f8140e00dda5900',
    s: '8180003c',
  },
  {
    dtype: 'float32',
    row: 1,
    w: 'd00f49404df82dc0d504b53f09c413bf6f12833aacc527b700000040d00f49c0',
    q: '7f9239e900005181',
    s: 'aad9c93c',
  },
  {
    dtype: 'float32',
    row: 2,
    w: '0000000000000000000000000000000000000000000000000000000000000000',
    q: '0000000000000000',
    s: '00000034',
  },
  {
    dtype: 'float32',
    row: 3,
    w: '5f7089305f7009b15f70093000000000ccbc8c2b000000000000000000000000',
    q: '0000000000000000',
    s: '00000034',
  },
  {
    dtype: 'float32',
    row: 4,
    w: '000096430000e0c300008c410000603f000080bd6f12833a000000800000e043',
    q: '558105000000007f',
    s: 'e1e06040',
  },
  { dtype: 'bfloat16', row: 0, w: '803f80bf003f80becd3d9abe333f0000', q: '7f8140e00dda5900', s: '0000013c' },
  { dtype: 'bfloat16', row: 1, w: '49402ec0b53f14bf833a28b7004049c0', q: '7f9239e900005181', s: '0000ca3c' },
  { dtype: 'bfloat16', row: 4, w: '9643e0c38c41603f80bd833a0080e043', q: '558105000000007f', s: '00006140' },
  { dtype: 'float16', row: 0, w: '003c00bc003800b4662ecdb49a390000', q: '7f8040e00dda5900', s: '0080003c' },
  { dtype: 'float16', row: 1, w: '484270c1a83d9eb81914a880004048c2', q: '7f9239e900005180', s: '00c0c93c' },
  { dtype: 'float16', row: 4, w: 'b05c00df604c003b00ac19140080005f', q: '558005000000007f', s: '00e06040' },
] as const;
