/** One element of a JUnit report, as it is written. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

/** Reads the XML that npa writes: elements, attributes in double quotes, text. Throws for anything that is not well formed. */
export function parseXml(xml: string): XmlElement {
  const token = /<\?xml version="1\.0" encoding="UTF-8"\?>|<(\/?)([\w-]+)((?: \w+="[^"<]*")*)(\/?)>|([^<]+)/gy;
  const open = [{ name: "", attributes: {}, children: [] as XmlElement[], text: "" }];
  let end = 0;
  for (let match = token.exec(xml); match !== null; match = token.exec(xml)) {
    end = token.lastIndex;
    const [, slash, name, written = "", closed, text] = match;
    const here = open.at(-1);
    if (here === undefined) throw new Error(`too many ends at ${match.index}`);
    if (text !== undefined) here.text += text;
    else if (slash === "/") {
      if (here.name !== name) throw new Error(`</${name}> ends <${here.name}>`);
      open.pop();
      open.at(-1)?.children.push(here);
    } else if (name !== undefined) {
      const attributes = [...written.matchAll(/ (\w+)="([^"]*)"/g)].map(([, key = "", value = ""]) => [key, value]);
      const names = attributes.map(([key]) => key);
      if (new Set(names).size < names.length) throw new Error(`an attribute of <${name}> twice`);
      const element = { name, attributes: Object.fromEntries(attributes), children: [] as XmlElement[], text: "" };
      if (closed === "/") here.children.push(element);
      else open.push(element);
    }
  }
  const [root, more] = open[0]?.children ?? [];
  if (end < xml.length || open.length !== 1 || root === undefined || more !== undefined)
    throw new Error(`not well formed at ${end}: ${xml.slice(end, end + 40)}`);
  return root;
}

interface ElementRule {
  /** Attributes by name: whether each must be there, and what it looks like. */
  readonly attributes: Readonly<Record<string, { readonly required?: true; readonly form?: RegExp }>>;
  readonly children: readonly string[];
  readonly text?: true;
}

const count = { form: /^\d+$/ };

/**
 * What both Jenkins (the xUnit plugin's junit-10 schema) and GitLab take, in words of our own: the elements, what may stand
 * in them, and which attributes they have. GitLab tells tests apart by `classname` and `name`.
 */
const schema: Readonly<Record<string, ElementRule>> = {
  testsuites: {
    attributes: { name: {}, time: {}, tests: count, failures: count, errors: count },
    children: ["testsuite"],
  },
  testsuite: {
    attributes: {
      name: { required: true },
      tests: { required: true, ...count },
      failures: { required: true, ...count },
      errors: { required: true, ...count },
      skipped: count,
      time: {},
      timestamp: {},
      hostname: {},
      id: {},
      package: {},
      file: {},
    },
    children: ["properties", "testcase", "system-out", "system-err", "testsuite"],
  },
  testcase: {
    attributes: { name: { required: true, form: /./ }, classname: { form: /^[\w.-]+$/ }, time: {}, file: {} },
    children: ["skipped", "error", "failure", "system-out", "system-err"],
  },
  failure: { attributes: { message: {}, type: {} }, children: [], text: true },
  error: { attributes: { message: {}, type: {} }, children: [], text: true },
  skipped: { attributes: { message: {}, type: {} }, children: [], text: true },
  "system-out": { attributes: {}, children: [], text: true },
};

/** What a report has that the schema does not allow, and counts that are not those of the tests. */
export function junitFaults(root: XmlElement): readonly string[] {
  const faults = root.name === "testsuites" ? [] : [`the root is <${root.name}>`];
  return [...faults, ...elementFaults(root), ...countFaults(root), ...root.children.flatMap(countFaults)];
}

function elementFaults({ name, attributes, children, text }: XmlElement): readonly string[] {
  const rule = schema[name];
  if (rule === undefined) return [`<${name}> is unknown`];
  const required = Object.entries(rule.attributes).filter(([key, { required: must }]) => must && !(key in attributes));
  return [
    ...required.map(([key]) => `<${name}> has no ${key}`),
    ...Object.entries(attributes).flatMap(([key, value]) => {
      const known = Object.hasOwn(rule.attributes, key) ? rule.attributes[key] : undefined;
      if (known === undefined) return [`<${name}> has ${key}`];
      return known.form?.test(value) === false ? [`${key} of <${name}> is ${value}`] : [];
    }),
    ...children.filter((child) => !rule.children.includes(child.name)).map((child) => `<${child.name}> in <${name}>`),
    ...(rule.text === undefined && text.trim() !== "" ? [`text in <${name}>`] : []),
    ...children.flatMap(elementFaults),
  ];
}

function countFaults(element: XmlElement): readonly string[] {
  const cases = casesIn(element);
  const countOf = (outcome: string): number =>
    cases.filter(({ children }) => children.some(({ name }) => name === outcome)).length;
  const real = {
    tests: cases.length,
    failures: countOf("failure"),
    errors: countOf("error"),
    skipped: countOf("skipped"),
  };
  return Object.entries(real).flatMap(([key, number]) => {
    const said = element.attributes[key];
    return said === undefined || said === String(number)
      ? []
      : [`<${element.name}> says ${key} ${said}, not ${number}`];
  });
}

/** All tests of an element. */
export function casesIn(element: XmlElement): readonly XmlElement[] {
  return element.name === "testcase" ? [element] : element.children.flatMap(casesIn);
}
