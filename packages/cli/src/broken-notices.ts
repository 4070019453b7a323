import { type Io, type Output, lineWidth } from "./io.ts";

/** The same surroundings, in which what is said on stderr is broken between words at the width of its terminal. */
export function withBrokenNotices(io: Io): Io {
  let stderr: Output | undefined;
  // By descriptors: reading a stream of the process would open it.
  const all: PropertyDescriptorMap = {
    ...Object.getOwnPropertyDescriptors(io),
    stderr: { get: () => (stderr ??= broken(io.stderr)), enumerable: true },
  };
  return Object.create(null, all) as Io; // the same properties
}

function broken(output: Output): Output {
  const width = lineWidth(output);
  if (width === undefined) return output;
  return {
    ...output,
    write: async (text) => {
      // How far the reading has come is one line that is written again and again.
      if (text.includes("\r")) return await output.write(text);
      const { brokenText } = await import("@npa/core/internal");
      return await output.write(brokenText(text, { width }));
    },
  };
}
