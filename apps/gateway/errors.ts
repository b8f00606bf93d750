/**
 * What a caller can cause, as values of the schema: a mutation that throws one of these answers with the type of
 * the same name. Everything else that is thrown is a defect of ours and is masked.
 */
abstract class ResultError extends Error {
  readonly remedy: string | null;

  constructor(message: string, remedy: string | null = null) {
    super(message);
    this.name = new.target.name;
    this.remedy = remedy;
  }
}

/** `path` names the input field. */
export class InvalidInputError extends ResultError {
  readonly path: readonly string[];

  constructor(path: readonly string[], message: string, remedy: string | null = null) {
    super(message, remedy);
    this.path = path;
  }
}

/** One sentence for what does not exist and for what belongs to someone else, so that they cannot be told apart. */
export class NotFoundError extends ResultError {
  constructor(noun: string) {
    super(`There is no such ${noun} here.`, 'Check the link, and that you are in the right organization.');
  }
}

export class ForbiddenError extends ResultError {
  readonly action: string;

  constructor(action: string, message: string, remedy: string | null = null) {
    super(message, remedy);
    this.action = action;
  }
}

export class ConflictError extends ResultError {}
