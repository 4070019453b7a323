/** Which kustomizations build what is in a file. Two files for which that is the same are always built together, and alike. */
export interface FileBuild {
  /** The directories of all that do. */
  readonly by: readonly string[];
  /** Of these, those that no other one builds, and those that change labels or selectors. */
  readonly into: readonly string[];
}
