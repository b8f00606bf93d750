/** What `npm start` was asked for; start.mjs reads the command line. */
export type PlatformOptions = {
  /** The checkout, absolute. */
  readonly root: string;
  /** Absolute. */
  readonly dataDir: string;
  /** The port a browser sees; undefined: the first free one from 8080 on. */
  readonly port: number | undefined;
  readonly demo: boolean;
  /** Take Postgres, NATS, the store and the secret from the environment instead of starting our own. */
  readonly production: boolean;
  /** What must be done once the data folder is ours and before anything starts. */
  readonly prepare: () => Promise<void>;
};
