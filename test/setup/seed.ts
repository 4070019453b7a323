import * as fc from "fast-check";

/**
 * The random clusters of `npm test` are the same in every run, so that what a change breaks is what the change broke.
 * `NPA_SEED=random` looks at new ones, as `npm run soak` does, and `NPA_SEED=<number>` at those of a failure: fast-check
 * prints its seed.
 */
const seed = process.env["NPA_SEED"] ?? "1";
if (seed !== "random") {
  if (!/^-?\d+$/.test(seed)) throw new Error(`NPA_SEED is "random" or a whole number, not "${seed}"`);
  fc.configureGlobal({ seed: Number(seed) });
}
