/** Where the brokers are and who we are to them, as the NATS client takes it. */
export type BrokerAddress = {
  readonly servers: string[];
  readonly user?: string;
  readonly pass?: string;
  readonly token?: string;
};

/**
 * Reads `nats://user:password@host:port` or `nats://token@host:port`; several servers are divided by commas, and the
 * credentials of the first are used for all. The client itself takes no credentials out of an address. An address
 * that cannot be read is refused without being repeated: it may hold a password.
 */
export function parseBrokerAddress(text: string): BrokerAddress {
  const urls = text.split(',').map(parse);
  const user = decodeURIComponent(urls[0]?.username ?? '');
  const pass = decodeURIComponent(urls[0]?.password ?? '');
  const servers = urls.map(({ protocol, host }) => `${protocol}//${host}`);
  if (user === '') return { servers };
  return pass === '' ? { servers, token: user } : { servers, user, pass };
}

function parse(text: string): URL {
  const trimmed = text.trim();
  const address = trimmed.includes('://') ? trimmed : `nats://${trimmed}`;
  const url = URL.canParse(address) ? new URL(address) : null;
  if (!url?.hostname) throw new Error('The address of NATS cannot be read; give nats://user:password@host:port');
  return url;
}
