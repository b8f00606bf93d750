import { type Msg, type NatsConnection, NoRespondersError, RequestError, TimeoutError } from '@nats-io/transport-node';
import type { Draft } from './messages.ts';
import { pack, refusal, refusalIn, unpack } from './payload.ts';
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

export class UnansweredError extends Error {
  /** Nobody serves the subject at all. */
  readonly nobody: boolean;

  constructor(message: string, options: { nobody: boolean; cause?: unknown }) {
    super(message, { cause: options.cause });
    this.name = 'UnansweredError';
    this.nobody = options.nobody;
  }
}

export function createQuestions(connection: NatsConnection, onError: (error: unknown) => void): Questions {
  return {
    async request(call, question, timeoutMs) {
      const { data, headers } = pack(call.request.encode(question));
      const reply = await connection
        .request(call.subject, data, { timeout: timeoutMs, ...(headers && { headers }) })
        .catch((error: unknown) => Promise.reject(unanswered(call.subject, error)));
      const refused = refusalIn(reply);
      if (refused !== null) throw new UnansweredError(`${call.subject}: ${refused}`, { nobody: false });
      return call.reply.decode(unpack(reply));
    },
    serve(call, answer) {
      const respond = async (message: Msg) => {
        try {
          const { data, headers } = pack(call.reply.encode(await answer(call.request.decode(unpack(message)))));
          message.respond(data, headers && { headers });
        } catch (error) {
          onError(error);
          const { data, headers } = refusal(error instanceof Error ? error.message : String(error));
          message.respond(data, headers && { headers });
        }
      };
      const subscription = connection.subscribe(call.subject, {
        queue: call.group,
        callback: (error, message) => (error ? onError(error) : void respond(message)),
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

function unanswered(subject: string, cause: unknown): UnansweredError {
  const nobody = cause instanceof NoRespondersError || (cause instanceof RequestError && cause.isNoResponders());
  const why = nobody ? 'nobody answers' : cause instanceof TimeoutError ? 'no answer in time' : 'cannot be asked';
  return new UnansweredError(`${subject}: ${why}`, { nobody, cause });
}
