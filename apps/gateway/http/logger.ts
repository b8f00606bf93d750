import { type Logger, pino } from 'pino';

/** Structured lines on stdout. What could sign someone in is never written. */
export function createLogger(level: string): Logger {
  return pino({
    name: 'gateway',
    level,
    redact: ['req.headers.cookie', 'req.headers.authorization', 'headers.cookie', 'headers.authorization'],
  });
}
