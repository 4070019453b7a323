/** Which kustomizations build what is in a file. Two files for which that is the same are always built together, and alike. */
export interface FileBuild {
  /** The directories of all that do. */
  readonly by: readonly string[];
  /** Of these, those that no other one builds, and those that change labels or selectors. */
  readonly into: readonly string[];
  /** The namespaces into which it is built, where these are several: what is changed in the file changes in all. */
  readonly namespaces?: readonly string[];
}

/** Why a file is not changed for what is wrong in one namespace: it is built into several. Undefined where it is not. */
export function whyNotEdited(namespaces: readonly string[]): string | undefined {
  return namespaces.length === 0
    ? undefined
    : `kustomizations build its file into ${namespaces.length} namespaces: what is changed there changes in all of them`;
}
