import type { RequestHandler } from 'express';

/**
 * Refuses a request whose body is larger than `maxBytes`, or whose length is not said at its beginning: what reads
 * the body behind this takes all that comes.
 */
export function limitBody(maxBytes: number): RequestHandler {
  return (request, response, next) => {
    if (request.headers['transfer-encoding'] !== undefined) {
      return void response.status(411).json({ message: 'The request does not say how long it is (Content-Length).' });
    }
    if (Number(request.headers['content-length'] ?? 0) <= maxBytes) return next();
    response.status(413).json({ message: `The request is larger than ${maxBytes} bytes.` });
  };
}
