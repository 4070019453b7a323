// Loaded with --import into a measured process: writes its peak memory and processor time where the bench can read them.
import { writeFileSync } from "node:fs";

process.on("exit", () => {
  const file = process.env.NPA_BENCH_USAGE;
  if (file === undefined) return;
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  writeFileSync(file, JSON.stringify({ maxRssKiB: maxRSS, cpuMs: (userCPUTime + systemCPUTime) / 1000 }));
});
