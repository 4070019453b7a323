import { analyzeCluster, readManifests } from "@npa/core";
import { analysisFormatNames, analysisFormats } from "../analysis-formats.ts";
import type { CommandModule } from "../command-module.ts";
import { shop } from "../demo/shop.ts";
import { exitCodes } from "../exit-codes.ts";
import { type ToneFlags, addToneFlags } from "../input-flags.ts";
import type { Io } from "../io.ts";
import { addOutputFlag, emit, parseTargets } from "../output-targets.ts";
import { reportContext } from "../report-context.ts";
import { reportTime } from "../report-time.ts";

interface DemoFlags extends ToneFlags {
  readonly output: readonly string[];
}

/** `npa demo`. */
export const demoCommand: CommandModule = {
  define(command, run) {
    addToneFlags(addOutputFlag(command, analysisFormatNames)).action((flags: DemoFlags) =>
      run((io) => demo(io, flags)),
    );
  },
};

const introduction = `This is the report on a small shop whose network policies have flaws. The manifests come with npa.

`;

const nextCommands = `
Now with your own manifests:
  npa ./policies                                      the same report
  npa list ./policies                                 who may talk to whom
  npa can shop/web shop/db --port 5432 -f ./policies  may web reach db, and why?
  npa graph ./policies -o svg=graph.svg               a picture
  npa analyze ./policies -o html=report.html          a page to look at
  npa rules                                           what npa looks for
`;

async function demo(io: Io, flags: DemoFlags): Promise<number> {
  const targets = parseTargets(flags.output, analysisFormatNames);
  const context = await reportContext(io, targets, ["demo"], "info");
  const report = analyzeCluster(readManifests(shop), { timestamp: reportTime(io) });
  if (!flags.quiet) await io.stderr.write(introduction);
  await emit(io, targets, analysisFormats(report, context), flags);
  if (!flags.quiet) await io.stderr.write(nextCommands);
  return exitCodes.ok;
}
