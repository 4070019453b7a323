/** What the codes of a file system mean. */
const meanings: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file or directory",
  EACCES: "permission denied",
  EPERM: "permission denied",
  ELOOP: "too many links",
  ENAMETOOLONG: "the name is too long",
  ENOTDIR: "a part of the path is not a directory",
  EISDIR: "it is a directory",
  EMFILE: "too many open files",
  ENOSPC: "no space is left",
  EROFS: "the file system is read-only",
};

/** Why a file could not be read or written, in words: the file system's own texts name the file again. */
export function fileFailure(error: unknown): string {
  const code = fileFailureCode(error);
  if (code !== undefined) return meanings[code] ?? code;
  return error instanceof Error ? error.message : String(error);
}

/** The code of an error of the file system, such as `ENOENT`; undefined for another error. */
export function fileFailureCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}
