/** A comment of ytt, the template language in YAML comments: `#@ if`, `port: #@ data.values.port`, `#@overlay/match`. */
const yttComment = /^#@(?:[ \t]|[a-z])/;
const comment = /(?:^|[ \t])#/;
/** A line that opens a block text: what is indented below it is no YAML. */
const opensBlockText = /(?:^|[ \t:-])[|>][-+1-9]{0,2}[ \t]*(?:#.*)?$/;

/** Whether a YAML text is a template of ytt. */
export function isYttTemplate(text: string): boolean {
  return text.includes("#@") && hasYttComment(text);
}

function hasYttComment(text: string): boolean {
  let blockIndent = -1;
  for (const line of text.split(/\r\n?|\n/)) {
    if (line.trim() === "") continue;
    const indent = line.length - line.trimStart().length;
    if (blockIndent >= 0 && indent > blockIndent) continue;
    blockIndent = opensBlockText.test(line) ? indent : -1;
    const start = comment.exec(line);
    if (start !== null && yttComment.test(line.slice(start.index).trimStart())) return true;
  }
  return false;
}
