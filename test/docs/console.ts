import { type CodeBlock, codeBlocks } from "./markdown.ts";
import { directoryOf, npa } from "../../packages/cli/test/run.ts";

/** The files that a page shows: blocks whose note is a file name. A later block of the same name replaces it. */
export interface Step {
  readonly files: Readonly<Record<string, string>>;
  readonly block: CodeBlock;
}

const fileName = /^[\w./-]+\.(?:ya?ml|json)$/;

/** The console blocks of a page, each with the files that the page has shown before it. */
export function consoleSteps(text: string): readonly Step[] {
  let files: Readonly<Record<string, string>> = {};
  return codeBlocks(text).flatMap((block) => {
    if (fileName.test(block.note)) files = { ...files, [block.note]: block.text };
    return block.language === "console" ? [{ files, block }] : [];
  });
}

/** What the console would show: each command after its `$`, then stderr and stdout. A block's note gives the last exit code. */
export async function transcript({ files, block }: Step): Promise<string> {
  const directory = directoryOf(files);
  let shown = "";
  let last = 0;
  for (const line of block.text.split("\n").filter((each) => each.startsWith("$ "))) {
    const [, epoch, argv = ""] = /^\$ (?:SOURCE_DATE_EPOCH=(\d+) )?npa (.*)$/.exec(line) ?? [];
    const { code, stdout, stderr } = await npa(argv.split(" "), directory, {
      env: epoch === undefined ? {} : { SOURCE_DATE_EPOCH: epoch },
    });
    shown += `${line}\n${stderr}${stdout}`;
    last = code;
  }
  return `exit ${last}\n${shown}`;
}
