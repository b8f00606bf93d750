/** The origins a browser may come from: the public one, and for a loopback address the other names of it. */
export function trustedOrigins(publicUrl: string): readonly string[] {
  const url = new URL(publicUrl);
  if (!loopback.includes(url.hostname)) return [url.origin];
  return loopback.map((host) => {
    const twin = new URL(url);
    twin.hostname = host;
    return twin.origin;
  });
}

const loopback = ['localhost', '127.0.0.1', '[::1]'];
