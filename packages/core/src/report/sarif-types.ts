// The part of SARIF 2.1.0 that npa writes. The names are those of the standard:
// https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/sarif-v2.1.0-errata01-os-complete.html

/** How grave a result or a notification is, in the three words that SARIF has for it. */
export type SarifLevel = "error" | "warning" | "note";

/** Text for people, without markup. */
export interface SarifMessage {
  /** The text. */
  readonly text: string;
}

/** A part of a file: lines and columns from 1, columns in UTF-16 code units. */
export interface SarifRegion {
  /** 1-based. */
  readonly startLine: number;
  /** 1-based, in UTF-16 code units. */
  readonly startColumn: number;
  /** 1-based. */
  readonly endLine: number;
  /** Exclusive; without it the region goes to the end of the line. */
  readonly endColumn?: number;
}

/** A file, as a percent-encoded path relative to the root of the repository. */
export interface SarifArtifactLocation {
  /** The path. */
  readonly uri: string;
  /** What the path is relative to: the root of the repository. */
  readonly uriBaseId: "%SRCROOT%";
}

/** A place in a file, and the object that it belongs to. */
export interface SarifLocation {
  /** What a link in the message refers to. */
  readonly id?: number;
  /** The file, and the lines and columns in it. */
  readonly physicalLocation: { readonly artifactLocation: SarifArtifactLocation; readonly region: SarifRegion };
  /** The object that it belongs to. Absent: none. */
  readonly logicalLocations?: readonly SarifLogicalLocation[];
  /** What it has to do with the result. Absent: of the result's own place. */
  readonly message?: SarifMessage;
}

/** The Kubernetes object of a result. */
export interface SarifLogicalLocation {
  /** `metadata.name`. */
  readonly name: string;
  /** `namespace/name[Kind]`, the same when the object moves to another file. */
  readonly fullyQualifiedName: string;
  /** SARIF's word for it. */
  readonly kind: "resource";
}

/** The exact edits of a fix, by file: each replaces a region. */
export interface SarifFix {
  /** What is done. */
  readonly description: SarifMessage;
  /** The edits of each file, the first first. */
  readonly artifactChanges: readonly {
    readonly artifactLocation: SarifArtifactLocation;
    readonly replacements: readonly {
      readonly deletedRegion: SarifRegion;
      readonly insertedContent: { readonly text: string };
    }[];
  }[];
}

/** Why a result does not count: `inSource` by a comment or an annotation, `external` by the configuration. */
export interface SarifSuppression {
  /** Where it is written that the result does not count. */
  readonly kind: "inSource" | "external";
  /** Why, in the words of whoever wrote that. */
  readonly justification: string;
}

/** A finding. */
export interface SarifResult {
  /** The rule that found it. */
  readonly ruleId: string;
  /** Position among the rules of the driver, from 0; -1 when the rule is not there. */
  readonly ruleIndex: number;
  /** How grave it is, in SARIF's words. */
  readonly level: SarifLevel;
  /** What is wrong. */
  readonly message: SarifMessage;
  /** Its place: code scanning shows one. */
  readonly locations: readonly [SarifLocation];
  /** What else it speaks of. Absent: nothing. */
  readonly relatedLocations?: readonly SarifLocation[];
  /** By name (`npa/v1`, `primaryLocationLineHash`): what tells the result from others over time. */
  readonly partialFingerprints: Readonly<Record<string, string>>;
  /** Edits that do away with it. Absent: npa can make none. */
  readonly fixes?: readonly SarifFix[];
  /** Absent: it counts. */
  readonly suppressions?: readonly SarifSuppression[];
  /** What has no place in SARIF: the object, the affected workloads. */
  readonly properties: Readonly<Record<string, string | number>>;
}

/** A rule, with its page as help. */
export interface SarifRule {
  /** By which results name it. */
  readonly id: string;
  /** The id in the form that SARIF asks for. */
  readonly name: string;
  /** The title of the rule. */
  readonly shortDescription: SarifMessage;
  /** What it finds. */
  readonly fullDescription: SarifMessage;
  /** The page of the rule, as text and as Markdown. */
  readonly help: SarifMessage & { readonly markdown: string };
  /** Where the page is on the web. Absent: the documentation has no address. */
  readonly helpUri?: string;
  /** How grave its results are. */
  readonly defaultConfiguration: { readonly level: SarifLevel };
  /** Tags, precision, and `security-severity` of rules on security. */
  readonly properties: Readonly<Record<string, string | readonly string[]>>;
}

/** What a reader should know of how the results came about. */
export interface SarifNotification {
  /** How much it matters to the results. */
  readonly level: SarifLevel;
  /** What should be known. */
  readonly message: SarifMessage;
  /** Where. Absent: it is about no place. */
  readonly locations?: readonly SarifLocation[];
  /** The rule that it is about, and its place among the rules. Absent: none. */
  readonly associatedRule?: { readonly id: string; readonly index: number };
}

/** One run of npa: the rules, what was noticed, and the results, the gravest first. */
export interface SarifRun {
  /** What made the results: npa, its version and its rules. */
  readonly tool: {
    readonly driver: {
      readonly name: string;
      readonly version?: string;
      readonly semanticVersion?: string;
      readonly informationUri: string;
      readonly rules: readonly SarifRule[];
    };
  };
  /** What tells several runs for one commit apart. */
  readonly automationDetails: { readonly id: string };
  /** The one run: whether it went well, and what was noticed. */
  readonly invocations: readonly [
    { readonly executionSuccessful: boolean; readonly toolExecutionNotifications: readonly SarifNotification[] },
  ];
  /** What the paths of the results are relative to. */
  readonly originalUriBaseIds: Readonly<Record<"%SRCROOT%", { readonly description: SarifMessage }>>;
  /** What columns count. */
  readonly columnKind: "utf16CodeUnits";
  /** The findings. */
  readonly results: readonly SarifResult[];
}

/** A SARIF log with the one run that npa made. */
export interface SarifLog {
  /** Where the schema of SARIF is. */
  readonly $schema: string;
  /** The version of SARIF. */
  readonly version: "2.1.0";
  /** The one run. */
  readonly runs: readonly [SarifRun];
}
