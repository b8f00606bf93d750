/**
 * Parses JSON that a worker sent into what Postgres can keep: jsonb knows neither U+0000 nor half of a surrogate
 * pair, and both occur in names inside hostile files.
 */
export function parseStorable(json: string): unknown {
  return JSON.parse(json, (_key, value: unknown) => (typeof value === 'string' ? storableText(value) : value));
}

export function storableText(text: string): string {
  return text.replaceAll('\0', '\ufffd').replaceAll(loneSurrogate, '\ufffd');
}

const loneSurrogate = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
