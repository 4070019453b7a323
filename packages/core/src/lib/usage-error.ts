/** Something is wrong with what the user asked for: flags, configuration, names. The message says what and what to do. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
