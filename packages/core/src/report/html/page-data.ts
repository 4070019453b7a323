/** What the page of an HTML report is given, as JSON. Short keys where there are thousands: `report/html` writes it, `page` reads it. */
export interface PageData {
  readonly title: string;
  readonly version: string;
  readonly timestamp: string | null;
  /** What stands at the head: a label and its figures. */
  readonly summary: readonly (readonly [label: string, text: string])[];
  readonly scores: readonly PageScore[];
  /** What the security score is made of. */
  readonly terms: readonly PageTerm[];
  readonly findings: readonly PageFinding[];
  readonly rules: Readonly<Record<string, PageRule>>;
  readonly policies: readonly PagePolicy[];
  /** Advice on policies: overlaps, what could be one, what could be simpler. */
  readonly advice: readonly { readonly title: string; readonly total: number; readonly lines: readonly string[] }[];
  readonly notEvaluated: readonly string[];
  readonly pictures: readonly PagePicture[];
}

/** A score from 0 to 100, higher is better; null where there is none. */
export interface PageScore {
  readonly name: string;
  readonly value: number | null;
}

/** A part of the security score. */
export interface PageTerm {
  readonly name: string;
  readonly weight: number;
  readonly value: number | null;
  readonly note: string;
  /** The finding that costs most. */
  readonly costliest?: string;
}

/** A rule of the catalogue that has findings. */
export interface PageRule {
  readonly title: string;
  readonly url?: string;
}

/** A finding, with those that are the same but for names collapsed into it. */
export interface PageFinding {
  readonly rule: string;
  /** 0 critical, 1 high, 2 medium, 3 low, 4 info. */
  readonly severity: number;
  readonly category: string;
  readonly message: string;
  readonly place: string;
  readonly object: string;
  readonly namespaces: readonly string[];
  /** The lines about the place. */
  readonly frame?: readonly string[];
  readonly affected?: readonly string[];
  readonly affectedCount?: number;
  readonly related?: readonly string[];
  readonly fix?: string;
  readonly fixKind?: string;
  readonly manifest?: string;
  /** How many more objects have it, and the first of them. */
  readonly repeats?: number;
  readonly repeated?: readonly string[];
  readonly environments?: readonly string[];
}

/** A policy with its figures. */
export interface PagePolicy {
  readonly name: string;
  readonly namespace: string;
  readonly complexity: number;
  readonly ingress: number;
  readonly egress: number;
  readonly peers: number;
  readonly entries: number;
  /** Sentences: where it may overlap, and what to do about it. */
  readonly overlaps: readonly string[];
  readonly advice: readonly string[];
}

/** What the page draws. */
export interface PagePicture {
  readonly name?: string;
  readonly note?: string;
  readonly nodes: readonly PageNode[];
  readonly edges: readonly PageEdge[];
  readonly rules: readonly string[];
  readonly matrix: PageMatrix;
}

/** A node of the graph. */
export interface PageNode {
  readonly id: string;
  readonly lines: readonly string[];
  /** The box that it is drawn in: its namespace. */
  readonly box: string;
  readonly look: "both" | "ingress" | "egress" | "none" | "other";
  readonly exposed: boolean;
  /** The workloads that it stands for. */
  readonly members: readonly string[];
  /** The policies that isolate it. */
  readonly policies: readonly string[];
}

/** An edge: its ends by the positions of the nodes, rules by their positions. */
export interface PageEdge {
  readonly from: number;
  readonly to: number;
  readonly ports: string;
  readonly all: boolean;
  /** Between different ones of alike nodes, where that differs. */
  readonly between?: string;
  readonly egress: readonly number[];
  readonly ingress: readonly number[];
}

/** Who reaches whom, namespace by namespace: `cells` are rows of marks, `texts` the ports behind each that is not empty. */
export interface PageMatrix {
  readonly names: readonly string[];
  /** One character per cell: `.` nothing, `o` something, `#` everything, `=` within each only. */
  readonly cells: readonly string[];
  readonly texts: Readonly<Record<string, string>>;
}
