const command = /(^ *|\| |: )npa(?= (?:[a-z]+|COMMAND|\.|-)(?: |$|\/|-))/gm;

const reads = "\nAs a plugin of kubectl it reads the cluster of the current context, unless files are named.\n";

/** The help of a command for kubectl's plugin: what is to be typed starts with `kubectl npa`, and reads the cluster. */
export function pluginText(text: string): string {
  return text.replace(command, "$1kubectl npa") + (text.includes("--cluster ") ? reads : "");
}
