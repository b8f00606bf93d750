/** What every field of an option has, whatever it takes. */
export type FieldProps = {
  readonly label: string;
  readonly description: string;
  readonly value: unknown;
  /** What a field means that is left empty. */
  readonly initial: unknown;
  /** Why the option does not take a value, as a sentence. */
  readonly problemOf: (value: unknown) => string | null;
  /** The option has no effect beside the others. */
  readonly disabled: boolean;
  readonly onChange: (value: unknown) => void;
};
