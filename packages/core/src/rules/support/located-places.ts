import { checkStopped } from "../../lib/stoppable.ts";
import { groupBy } from "../../lib/group-by.ts";
import { type Location, locationOf } from "../../source/position.ts";
import type { Found, KnownPlace, Place } from "../define-rule.ts";

/**
 * Where the places of findings are. To find a place its document is parsed again, so the places of one document are found
 * together, whichever rules ask for them.
 */
export function locatedPlaces(found: Iterable<Found>): ReadonlyMap<Place, Location> {
  const places = [...found].flatMap(({ at, related = [] }) =>
    [at, ...related.map((other) => other.at)].filter((place) => isPlace(place)),
  );
  const locations = new Map<Place, Location>();
  for (const ofDocument of groupBy(places, ({ origin }) => origin.locator).values())
    for (const place of ofDocument) {
      checkStopped();
      locations.set(place, locationOf(place.origin, place.path, place.part));
    }
  return locations;
}

/** Whether a place is still to be found. */
export function isPlace(at: Place | KnownPlace): at is Place {
  return "origin" in at;
}
