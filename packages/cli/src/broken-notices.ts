import { type Io, type Output, changedIo, lineWidth } from "./io.ts";

/** The same surroundings, in which what is said on stderr is broken between words at the width of its terminal. */
export function withBrokenNotices(io: Io): Io {
  let stderr: Output | undefined;
  return changedIo(io, {
    get stderr() {
      return (stderr ??= broken(io.stderr));
    },
  });
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
