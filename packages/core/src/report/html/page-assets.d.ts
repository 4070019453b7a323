// Made by scripts/page.mjs from packages/core/page, which `npm run setup` runs.

/** The page's program, and its SHA-256 for the content security policy. */
export const script: string;
export const scriptHash: string;
/** The page's style sheet, and its SHA-256. */
export const style: string;
export const styleHash: string;
