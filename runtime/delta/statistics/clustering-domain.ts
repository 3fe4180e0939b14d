/** What a table is clustered by, as its log says it and Spark writes it (protocol, "Clustered Table"): physical names on the way to each column. */
import { Failure } from "../../values/failure.ts";
import type { DomainMetadata } from "../actions/actions.ts";

/** The domain that says it. */
export const clusteringDomain = "delta.clustering";

/** The domain for these columns; for none the table stays one that could be clustered. */
export function clusteringMetadata(paths: readonly (readonly string[])[]): DomainMetadata {
  return { domain: clusteringDomain, configuration: JSON.stringify({ clusteringColumns: paths, domainName: clusteringDomain }), removed: false };
}

/** The paths of the columns; none for a table that is not clustered. DELTA_LOG_BROKEN for what says nothing. */
export function clusteringPaths(domains: ReadonlyMap<string, DomainMetadata> | undefined): readonly (readonly string[])[] {
  const text = domains?.get(clusteringDomain)?.configuration;
  if (text === undefined) return [];
  let cause: unknown;
  try {
    const { clusteringColumns } = (JSON.parse(text) ?? {}) as { readonly clusteringColumns?: unknown };
    // A column by its name alone, or by the names on the way to it.
    const paths = Array.isArray(clusteringColumns) ? clusteringColumns.map((path: unknown) => (typeof path === "string" ? [path] : path)) : undefined;
    if (paths?.every((path) => Array.isArray(path) && path.every((name) => typeof name === "string")) === true) return paths as readonly (readonly string[])[];
  } catch (error) {
    cause = error;
  }
  throw new Failure("DELTA_LOG_BROKEN", `The table does not say what it is clustered by: ${text}`, { place: { value: clusteringDomain }, ...(cause === undefined ? {} : { cause }) });
}
