import type { Severity } from "../answers/finding.ts";

type Paint = (text: string) => string;

/** How text is set off on a terminal. */
export interface Palette {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly red: Paint;
  readonly yellow: Paint;
  readonly green: Paint;
  readonly cyan: Paint;
}

/** How a text report is written. */
export interface TextOptions {
  /** ANSI colours. Default false. */
  readonly color?: boolean;
  /** The columns of the terminal: longer lines are broken between words. Default: no line is broken. */
  readonly width?: number;
}

const asIs: Paint = (text) => text;
const plain: Palette = { bold: asIs, dim: asIs, red: asIs, yellow: asIs, green: asIs, cyan: asIs };
const ansi: Palette = {
  bold: sgr(1, 22),
  dim: sgr(2, 22),
  red: sgr(31, 39),
  yellow: sgr(33, 39),
  green: sgr(32, 39),
  cyan: sgr(36, 39),
};

function sgr(on: number, off: number): Paint {
  return (text) => (text === "" ? "" : `\u001b[${on}m${text}\u001b[${off}m`);
}

/** The palette that the options ask for. */
export function paletteOf({ color = false }: TextOptions): Palette {
  return color ? ansi : plain;
}

/** The colour of a severity. */
export function severityPaint(palette: Palette, severity: Severity): Paint {
  if (severity === "critical" || severity === "high") return palette.red;
  return severity === "medium" ? palette.yellow : palette.cyan;
}
