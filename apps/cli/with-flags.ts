/** A sentence about a recipe, with the option that says the same on the command line. */
export function withFlags(sentence: string): string {
  return sentence.replace(/\bin skip_names\b/, 'in skip_names (--skip)');
}
