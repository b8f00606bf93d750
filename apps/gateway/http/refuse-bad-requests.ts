import type { ErrorRequestHandler } from 'express';
import type { Logger } from 'pino';

/** The last handler: what a request was refused for in a sentence, what we broke without details. */
export function refuseBadRequests(log: Logger): ErrorRequestHandler {
  return (error, request, response, _next) => {
    const status = Number(Object(error).status);
    const isClient = status >= 400 && status < 500;
    if (!isClient) log.error({ err: error, method: request.method, path: request.path }, 'a request failed');
    if (response.headersSent) return void response.destroy();
    response.status(isClient ? status : 500).json({
      message: isClient ? (sentences[status] ?? 'The request cannot be read.') : 'Something went wrong on our side.',
    });
  };
}

const sentences: Readonly<Record<number, string>> = {
  413: 'The request is larger than 1 MiB.',
};
