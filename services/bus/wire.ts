import type { zeropoint } from './generated/messages.js';

/** The highest version of messages this code reads, and the one it writes. */
const wireVersion = 1;

/** How the generated types have 64-bit numbers. */
type Long = NonNullable<zeropoint.v1.Output.$Properties['bytes']>;

/**
 * A generated protobuf shape as plain data: 64-bit numbers are numbers, every field is there, and a `oneof` is a
 * union told apart by its name.
 */
export type Wire<Shape> = Shape extends Long
  ? number
  : Shape extends readonly (infer Item)[]
    ? readonly Wire<Item>[]
    : Shape extends object
      ? IsUnanswered<Shape> extends true
        ? never
        : {
            readonly [Key in keyof Shape as Key extends '$unknowns'
              ? never
              : [NonNullable<Shape[Key]>] extends [never]
                ? never
                : Key]-?: Wire<NonNullable<Shape[Key]>>;
          }
      : Shape;

/** The member of a `oneof` in which nothing is set; `decode` refuses it, so readers need not think of it. */
type IsUnanswered<Shape> = true extends {
  [Key in keyof Shape]: [Shape[Key]] extends [undefined] ? true : false;
}[keyof Shape]
  ? true
  : false;

/** What a writer gives: `version` is added, and the name of a `oneof` follows from the member that is set. */
export type Draft<Message> = Message extends object ? Omit<Message, 'version'> : never;

export type Codec<Message> = {
  encode(message: Draft<Message>): Uint8Array;
  /** Rejects what is malformed with an Error and what is newer with `NewerMessageError`. */
  decode(bytes: Uint8Array): Message;
};

export class NewerMessageError extends Error {
  constructor(version: number) {
    super(`The message has version ${version}; this program reads up to ${wireVersion}`);
    this.name = 'NewerMessageError';
  }
}

type GeneratedType = {
  fromObject(object: Record<string, unknown>): object;
  encode(message: object): { finish(): Uint8Array };
  decode(bytes: Uint8Array): object;
  toObject(message: object, options: object): Record<string, unknown>;
};

/** `oneof` is the name of the message's union, of which one member must be set. */
export function codec<Shape>(type: GeneratedType, oneof?: string): Codec<Wire<Shape>> {
  return {
    encode: (message) => type.encode(type.fromObject({ ...message, version: wireVersion })).finish(),
    decode(bytes) {
      const message = type.toObject(type.decode(bytes), { longs: Number, defaults: true, arrays: true, oneofs: true });
      if (typeof message.version !== 'number' || message.version < 1) throw new Error('A message without a version');
      if (message.version > wireVersion) throw new NewerMessageError(message.version);
      if (oneof && typeof message[oneof] !== 'string') throw new Error(`A message without its ${oneof}`);
      return message as Wire<Shape>;
    },
  };
}
