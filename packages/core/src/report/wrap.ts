/** The text in lines of at most `width` characters, broken between words; what follows the first line is indented. */
export function wrapped(text: string, width: number | undefined, indent: number): readonly string[] {
  if (width === undefined || text.length <= width) return [text];
  const lines: string[] = [];
  const start = /^ */.exec(text)?.[0] ?? "";
  let line = start;
  for (const word of text.slice(start.length).split(" ")) {
    const isEmpty = line.trim() === "";
    if (!isEmpty && line.length + 1 + word.length > width) {
      lines.push(line);
      line = " ".repeat(indent) + word;
    } else line += isEmpty ? word : ` ${word}`;
  }
  return [...lines, line];
}
