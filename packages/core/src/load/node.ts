export { deadline } from "./deadline.ts";
export { type GitOptions, gitCommit, loadGit } from "./git.ts";
export { checkOut, type CheckedOut } from "./git-tree.ts";
export { type LoadHint, type LoadOptions, type LoadedSources, loadPaths } from "./load-paths.ts";
export { readSmallFile } from "./small-file.ts";
export { type RenderOptions, type RenderRoot, deployedRoots, findRoots, plainSources, render } from "./render.ts";
