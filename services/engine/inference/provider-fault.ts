/** Why no session could be made with an execution provider, and what is to blame. */
export type ProviderFault = {
  /** `provider`: no graph will do better in this process. `graph`: another one may. */
  readonly blames: 'provider' | 'graph';
  /** The runtime's, on one line. */
  readonly reason: string;
};

/** Read from the runtime's words, for it gives every failure the same code. What is not known here is the graph's. */
export function faultOf(error: unknown): ProviderFault {
  const message = messageOf(error);
  const known = ofProviders.map((pattern) => pattern.exec(message)).find((found) => found !== null);
  if (known) return { blames: 'provider', reason: readable(message.slice(known.index)) };
  return { blames: 'graph', reason: readable(message) };
}

/** A library, a driver or a card that is missing, or no memory for the provider itself: each from where it becomes telling. */
const ofProviders: readonly RegExp[] = [
  /Failed to load (?:shared )?library/,
  /LoadLibrary failed with error/,
  /could not open shared library/,
  /Please install \w+ libraries/,
  /CUDA_PATH is set but CUDA wasn't able to be loaded/,
  /Failed to get a WebGPU (?:adapter|device)/,
  /this build of ONNX Runtime has no such execution provider/,
  // Of the driver or the card, wherever they come up: 2 and others are the provider's only while it is being made.
  /CUDA failure (?:3|34|35|36|46|100|101|209|802|803|804): /,
  /(?:CUDA|CUBLAS|CUDNN) failure \d+: (?=.*file=\S*_execution_provider\.cc)/,
];

const longest = 200;

/** Without where in the runtime's source it happened. */
function readable(message: string): string {
  const [telling = ''] = message.split(/ ; (?:GPU|hostname|file)=/);
  return telling.length > longest ? `${telling.slice(0, longest)}…` : telling;
}

/** Of the error that the others were made from. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause !== undefined) return messageOf(error.cause);
  return error.message.replaceAll(/\s+/g, ' ').trim();
}
