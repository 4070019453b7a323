// The part of SARIF 2.1.0 that npa writes. The names are those of the standard:
// https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/sarif-v2.1.0-errata01-os-complete.html

/** How grave a result or a notification is, in the three words that SARIF has for it. */
export type SarifLevel = "error" | "warning" | "note";

/** Text for people, without markup. */
export interface SarifMessage {
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
  readonly uri: string;
  readonly uriBaseId: "%SRCROOT%";
}

/** A place in a file, and the object that it belongs to. */
export interface SarifLocation {
  /** What a link in the message refers to. */
  readonly id?: number;
  readonly physicalLocation: { readonly artifactLocation: SarifArtifactLocation; readonly region: SarifRegion };
  readonly logicalLocations?: readonly SarifLogicalLocation[];
  readonly message?: SarifMessage;
}

/** The Kubernetes object of a result. */
export interface SarifLogicalLocation {
  readonly name: string;
  readonly fullyQualifiedName: string;
  readonly kind: "resource";
}

/** The exact edits of a fix, by file: each replaces a region. */
export interface SarifFix {
  readonly description: SarifMessage;
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
  readonly kind: "inSource" | "external";
  readonly justification: string;
}

/** A finding. */
export interface SarifResult {
  readonly ruleId: string;
  /** Position among the rules of the driver, from 0; -1 when the rule is not there. */
  readonly ruleIndex: number;
  readonly level: SarifLevel;
  readonly message: SarifMessage;
  readonly locations: readonly [SarifLocation];
  readonly relatedLocations?: readonly SarifLocation[];
  /** By name (`npa/v1`, `primaryLocationLineHash`): what tells the result from others over time. */
  readonly partialFingerprints: Readonly<Record<string, string>>;
  readonly fixes?: readonly SarifFix[];
  readonly suppressions?: readonly SarifSuppression[];
  /** What has no place in SARIF: the object, the affected workloads. */
  readonly properties: Readonly<Record<string, string | number>>;
}

/** A rule, with its page as help. */
export interface SarifRule {
  readonly id: string;
  readonly name: string;
  readonly shortDescription: SarifMessage;
  readonly fullDescription: SarifMessage;
  readonly help: SarifMessage & { readonly markdown: string };
  readonly helpUri?: string;
  readonly defaultConfiguration: { readonly level: SarifLevel };
  /** Tags, precision, and `security-severity` of rules on security. */
  readonly properties: Readonly<Record<string, string | readonly string[]>>;
}

/** What a reader should know of how the results came about. */
export interface SarifNotification {
  readonly level: SarifLevel;
  readonly message: SarifMessage;
  readonly locations?: readonly SarifLocation[];
  readonly associatedRule?: { readonly id: string; readonly index: number };
}

/** One run of npa: the rules, what was noticed, and the results, the gravest first. */
export interface SarifRun {
  readonly tool: {
    readonly driver: {
      readonly name: string;
      readonly version?: string;
      readonly semanticVersion?: string;
      readonly informationUri: string;
      readonly rules: readonly SarifRule[];
    };
  };
  readonly automationDetails: { readonly id: string };
  readonly invocations: readonly [
    { readonly executionSuccessful: boolean; readonly toolExecutionNotifications: readonly SarifNotification[] },
  ];
  /** What the paths of the results are relative to. */
  readonly originalUriBaseIds: Readonly<Record<"%SRCROOT%", { readonly description: SarifMessage }>>;
  readonly columnKind: "utf16CodeUnits";
  readonly results: readonly SarifResult[];
}

/** A SARIF log with the one run that npa made. */
export interface SarifLog {
  readonly $schema: string;
  readonly version: "2.1.0";
  readonly runs: readonly [SarifRun];
}
