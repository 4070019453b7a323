const labelName = /^[A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?$/;
const dnsLabel = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/;
const dnsSubdomain = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/;
const portName = /^(?=.*[a-z])(?!.*--)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/;

/** "A lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character", 63 at most. */
export function isDnsLabel(text: string): boolean {
  return text.length <= 63 && dnsLabel.test(text);
}

/** "A lowercase RFC 1123 subdomain": such labels with dots between them, 253 characters at most. */
export function isDnsSubdomain(text: string): boolean {
  return text.length <= 253 && dnsSubdomain.test(text);
}

/** "A valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character", 63 at most. */
export function isLabelValue(text: string): boolean {
  return text === "" || (text.length <= 63 && labelName.test(text));
}

/** A label or annotation key: "an optional DNS subdomain prefix and '/'", then a name that is written like a label value but not empty. */
export function isQualifiedName(text: string): boolean {
  const slash = text.indexOf("/");
  const name = slash < 0 ? text : text.slice(slash + 1);
  if (name.length > 63 || !labelName.test(name)) return false;
  return slash < 0 || isDnsSubdomain(text.slice(0, slash));
}

/** A port name: "at most 15 characters, only a-z, 0-9 and '-', at least one letter, no consecutive hyphens, none at either end". */
export function isPortName(text: string): boolean {
  return text.length <= 15 && portName.test(text);
}
