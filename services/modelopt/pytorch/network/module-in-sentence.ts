const root = 'the network itself';

/** A module as a sentence names it: the root module is called nothing. */
export const moduleInSentence = (name: string): string => (name === '' ? root : name);

/** A sentence that may begin with the root module; other names keep their first letter. */
export const startSentence = (sentence: string): string =>
  sentence.startsWith(root) ? `T${sentence.slice(1)}` : sentence;
