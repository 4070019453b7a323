type Env = Readonly<Record<string, string | undefined>>;

/** Names under which people keep what nobody else may see. */
const secretName = /secret|token|passw|passphrase|credential|(?:private|api|access|auth)[_-]?key|^auth$/i;
const shortestValue = 8;

/** What variables of the environment hold that, by their names, is secret, and the credentials of the proxies that they name. */
export function secretsOfEnvironment(env: Env): readonly string[] {
  return Object.entries(env).flatMap(([name, value = ""]) => {
    if (/proxy$/i.test(name)) return secretsOfAddress(value);
    return secretName.test(name) && value.length >= shortestValue ? [value] : [];
  });
}

/** The password of an address, as it is written and as it is meant; with the user's name, as basic authentication has it. */
export function secretsOfAddress(address: string): readonly string[] {
  const [, written] = /^(?:[a-z][a-z\d+.-]*:)?\/*(.*)@/is.exec(address) ?? [];
  if (written === undefined) return [];
  const meant = decoded(written);
  return [written, meant].flatMap((text) => [text, text.slice(text.indexOf(":") + 1)]);
}

/** An address without what could be a credential. */
export function withoutCredentials(address: string): string {
  return address.replace(/^((?:[a-z][a-z\d+.-]*:)?\/*).*@/is, "$1***@").replace(/[?#].*$/s, "");
}

/** Values of arguments that are secret by the names of their flags, or of what the flags set, as `--set=db.password=x` does. */
export function secretsOfArguments(args: readonly string[]): readonly string[] {
  return args.flatMap((arg, i) => {
    const [, flag = "", value] = /^-+([^=]+)(?:=(.*))?$/s.exec(arg) ?? [];
    if (secretName.test(flag)) return [value ?? args[i + 1] ?? ""];
    return (value ?? "").split(/(?<!\\),/).flatMap((setting) => {
      const at = setting.indexOf("=");
      return at > 0 && secretName.test(setting.slice(0, at)) ? [setting.slice(at + 1)] : [];
    });
  });
}

/** Every text in what is written under a name that is secret, however deep. */
export function textsBelow(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsBelow) : [];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
