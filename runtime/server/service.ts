/** What the routes are handed of an edition, worked out once for each. */
import { createHash } from "node:crypto";
import type { Service } from "./answer.ts";
import type { Edition } from "./editions.ts";

/** Describes editions; `queried` hears how long each question took, in seconds. */
export function describeEditions(queried: (seconds: number) => void): (edition: Edition) => Service {
  const known = new WeakMap<Edition, Service>();
  return (edition) => {
    const service = known.get(edition) ?? serviceOf(edition, queried);
    known.set(edition, service);
    return service;
  };
}

function serviceOf({ lake, openapi }: Edition, queried: (seconds: number) => void): Service {
  return { lake, catalogTag: createHash("sha256").update(JSON.stringify(lake.catalog)).digest("hex"), document: JSON.stringify(openapi), queried };
}
