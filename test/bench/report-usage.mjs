// Loaded with --import into a measured process: writes its peak memory where the bench can read it.
import { writeFileSync } from "node:fs";

process.on("exit", () => {
  const file = process.env.NPA_BENCH_USAGE;
  if (file !== undefined) writeFileSync(file, JSON.stringify({ maxRssKiB: process.resourceUsage().maxRSS }));
});
