import { type Msg, type NatsConnection, NoRespondersError, RequestError } from '@nats-io/transport-node';
import type { Draft } from './messages.ts';
import { type Payload, pack, refusalIn, refuse, unpack } from './payload.ts';
import type { Call, Notice } from './subjects.ts';

export type Questions = {
  /** Rejects with `UnansweredError` when nobody answers in time or the one who does cannot. */
  request<Request, Reply>(call: Call<Request, Reply>, question: Draft<Request>, timeoutMs: number): Promise<Reply>;
  /** Answers a call; several processes that do share the questions between them. */
  serve<Request, Reply>(call: Call<Request, Reply>, answer: (question: Request) => Promise<Draft<Reply>>): Stop;
  publish<Message>(notice: Notice<Message>, message: Draft<Message>): void;
  subscribe<Message>(notice: Notice<Message>, listener: (message: Message) => void): Stop;
};

export type Stop = () => void;

/** nobody: no one serves the subject. silent: no answer in time. failed, unreadable: the answer says so. */
export type Unanswered = 'nobody' | 'silent' | 'failed' | 'unreadable';

export class UnansweredError extends Error {
  readonly why: Unanswered;

  constructor(why: Unanswered, message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = 'UnansweredError';
    this.why = why;
  }
}

export function createQuestions(connection: NatsConnection, onError: (error: unknown) => void): Questions {
  return {
    async request(call, question, timeoutMs) {
      const { data, headers } = pack(call.request.encode(question));
      refuseTooLarge(connection, call.subject, data);
      const reply = await connection
        .request(call.subject, data, { timeout: timeoutMs, ...(headers && { headers }) })
        .catch((error: unknown) => Promise.reject(unanswered(call.subject, error)));
      const refused = refusalIn(reply);
      if (refused) throw new UnansweredError(refused.kind, `${call.subject}: ${refused.reason}`);
      return call.reply.decode(unpack(reply));
    },
    serve(call, answer) {
      const respond = async (message: Msg) => {
        const { data, headers } = await answerTo(call, message, answer).catch((error: unknown) => {
          onError(error);
          return refuse({ kind: error instanceof UnreadableError ? 'unreadable' : 'failed', reason: String(error) });
        });
        refuseTooLarge(connection, call.subject, data);
        message.respond(data, headers && { headers });
      };
      const subscription = connection.subscribe(call.subject, {
        queue: call.group,
        callback: (error, message) => (error ? onError(error) : void respond(message).catch(onError)),
      });
      return () => subscription.unsubscribe();
    },
    publish(notice, message) {
      connection.publish(notice.subject, notice.message.encode(message));
    },
    subscribe(notice, listener) {
      const subscription = connection.subscribe(notice.subject, {
        callback: (error, message) => {
          try {
            if (!error) listener(notice.message.decode(message.data));
          } catch (failure) {
            onError(failure);
          }
        },
      });
      return () => subscription.unsubscribe();
    },
  };
}

class UnreadableError extends Error {}

/** The broker would close the connection over it, and asking again would do so again. */
function refuseTooLarge(connection: NatsConnection, subject: string, { byteLength }: Uint8Array): void {
  const largest = connection.info?.max_payload ?? byteLength;
  if (byteLength <= largest) return;
  throw new UnansweredError('unreadable', `${subject}: a message of ${byteLength} bytes; the broker takes ${largest}`);
}

async function answerTo<Request, Reply>(
  call: Call<Request, Reply>,
  message: Msg,
  answer: (question: Request) => Promise<Draft<Reply>>,
): Promise<Payload> {
  return pack(call.reply.encode(await answer(read(call, message))));
}

function read<Request>(call: Call<Request, never> | Call<Request, unknown>, message: Msg): Request {
  try {
    return call.request.decode(unpack(message));
  } catch (cause) {
    throw new UnreadableError(`${call.subject}: the question cannot be read: ${cause}`, { cause });
  }
}

function unanswered(subject: string, cause: unknown): UnansweredError {
  const nobody = cause instanceof NoRespondersError || (cause instanceof RequestError && cause.isNoResponders());
  return nobody
    ? new UnansweredError('nobody', `${subject}: nobody answers`, { cause })
    : new UnansweredError('silent', `${subject}: no answer`, { cause });
}
