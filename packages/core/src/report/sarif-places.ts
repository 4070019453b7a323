import type { ObjectRef } from "../diagnostics/diagnostic.ts";
import type { Finding, TextEdit } from "../answers/finding.ts";
import type { Location } from "../source/position.ts";
import { type PathOf, artifactPath, objectPath, relativeUri } from "./artifact-path.ts";
import { printable } from "./escape.ts";
import type { SarifArtifactLocation, SarifLocation, SarifLogicalLocation, SarifRegion } from "./sarif-types.ts";

/** Where a finding is shown. An object without a file gets one: GitHub refuses a result that has none. */
export function findingLocation({ location, object }: Finding, pathOf?: PathOf): SarifLocation {
  return {
    physicalLocation:
      location === undefined
        ? { artifactLocation: artifactLocation(objectPath(object)), region: firstCharacter }
        : physicalLocation(location, pathOf),
    logicalLocations: [logicalLocation(object)],
  };
}

const firstCharacter: SarifRegion = { startLine: 1, startColumn: 1, endLine: 1, endColumn: 2 };

/** A place in a file. */
export function physicalLocation(location: Location, pathOf?: PathOf): SarifLocation["physicalLocation"] {
  return { artifactLocation: fileLocation(location.file, pathOf), region: firstLineOf(location) };
}

/** A file of the input. */
export function fileLocation(file: string, pathOf?: PathOf): SarifArtifactLocation {
  return artifactLocation(artifactPath(file, pathOf));
}

function artifactLocation(path: string): SarifArtifactLocation {
  return { uri: relativeUri(path), uriBaseId: "%SRCROOT%" };
}

/** A pull request shows an alert only when all its lines were changed, so of a node of many lines the first is shown. */
function firstLineOf({ line, column, endLine, endColumn }: Location): SarifRegion {
  const [startLine, startColumn] = [atLeastOne(line), atLeastOne(column)];
  const start = { startLine, startColumn, endLine: startLine };
  if (endLine > startLine) return start;
  return { ...start, endColumn: Math.max(endColumn, startColumn + 1) };
}

/** Exactly the text that an edit replaces. */
export function editedRegion({ line, column, endLine, endColumn }: TextEdit): SarifRegion {
  return { startLine: line, startColumn: column, endLine, endColumn };
}

function atLeastOne(position: number): number {
  return position >= 1 ? position : 1;
}

function logicalLocation({ kind, namespace, name }: ObjectRef): SarifLogicalLocation {
  const qualified = [kind, ...(namespace === undefined ? [] : [namespace]), name].join("/");
  return { name: printable(name), fullyQualifiedName: printable(qualified), kind: "resource" };
}
