/** The directory of a file's name: what stands before its last slash, `.` when there is none. */
export function directoryOf(file: string): string {
  const slash = file.lastIndexOf("/");
  return slash < 0 ? "." : slash === 0 ? "/" : file.slice(0, slash);
}

/** The last step of a path. */
export function baseName(file: string): string {
  return file.slice(file.lastIndexOf("/") + 1);
}

/** What a path names that is written in a file of this directory: without `.`, and with `..` only where it leads out. */
export function resolveFrom(directory: string, written: string): string {
  const isAbsolute = written.startsWith("/") || directory.startsWith("/");
  const steps: string[] = [];
  for (const step of (written.startsWith("/") ? written : `${directory}/${written}`).split("/")) {
    if (step === "" || step === ".") continue;
    const last = steps.at(-1);
    if (step !== "..") steps.push(step);
    else if (last !== undefined && last !== "..") steps.pop();
    else if (!isAbsolute) steps.push(step);
  }
  return isAbsolute ? `/${steps.join("/")}` : steps.join("/") || ".";
}

/** Whether a file lies below a directory. */
export function isBelow(file: string, directory: string): boolean {
  if (directory === ".") return !file.startsWith("/") && !file.startsWith("../");
  return file.startsWith(directory === "/" ? "/" : `${directory}/`);
}
