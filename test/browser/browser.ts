import { existsSync } from "node:fs";

/** Chromium, as distributions install it; `NPA_BROWSER` names another. Undefined where there is none. */
export const browser: string | undefined = [
  process.env["NPA_BROWSER"],
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
].find((path) => path !== undefined && existsSync(path));

/** Software WebGL, so that a graph is drawn on a machine without a graphics card too. */
export const browserArguments: readonly string[] = [
  "--no-sandbox",
  "--use-gl=angle",
  "--use-angle=swiftshader",
  "--enable-unsafe-swiftshader",
];
