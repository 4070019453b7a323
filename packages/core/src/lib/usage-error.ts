/** Something is wrong with what the user asked for: flags, configuration, names. The message says what and what to do. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  /** What somebody else said of it, line by line: the program that failed. */
  readonly details: readonly string[];

  constructor(message: string, details: readonly string[] = []) {
    super(message);
    this.details = details;
  }
}
