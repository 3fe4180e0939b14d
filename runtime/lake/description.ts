/** A snapshot and its history as `describe --json` and `history --json` show them. */
import type { CommitRecord } from "../delta/log/history.ts";
import { hintsFor } from "../delta/maintenance/hints.ts";
import { sizeOf } from "../delta/snapshot/read.ts";
import type { Snapshot } from "../delta/snapshot/snapshot.ts";
import type { Description, HistoryEntry } from "./contract.ts";

/** The whole snapshot, counted. */
export function describeSnapshot(snapshot: Snapshot, facts: { readonly name?: string; readonly location: string }): Description {
  const { protocol } = snapshot;
  return {
    ...(facts.name === undefined ? {} : { name: facts.name }),
    location: facts.location,
    version: snapshot.version,
    timestamp: new Date(snapshot.committed).toISOString(),
    protocol,
    metadata: describeMetadata(snapshot),
    ...sizeOf(snapshot),
    transactions: Object.fromEntries(snapshot.transactions),
    domains: Object.fromEntries([...snapshot.domains].map(([name, { configuration }]) => [name, configuration])),
    checkpoint: snapshot.checkpoint,
    hints: hintsFor(snapshot),
  };
}

/** What a table says of itself. */
export function describeMetadata({ metadata }: Snapshot): Description["metadata"] {
  return {
    id: metadata.id,
    name: metadata.name ?? null,
    description: metadata.description ?? null,
    schema: JSON.parse(metadata.schemaString) as object,
    partitionColumns: metadata.partitionColumns,
    configuration: metadata.configuration,
    createdTime: metadata.createdTime ?? null,
  };
}

/** One commit; what its writer left out is null. */
export function historyEntry({ version, committed, info = {} }: CommitRecord): HistoryEntry {
  return {
    version,
    timestamp: new Date(committed).toISOString(),
    operation: textOf(info["operation"]),
    operationParameters: objectOf(info["operationParameters"]),
    operationMetrics: objectOf(info["operationMetrics"]),
    userMetadata: textOf(info["userMetadata"]),
    engineInfo: textOf(info["engineInfo"]),
    isBlindAppend: typeof info["isBlindAppend"] === "boolean" ? info["isBlindAppend"] : null,
  };
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

function objectOf(value: unknown): { readonly [name: string]: unknown } | null {
  return typeof value === "object" && value !== null ? (value as { readonly [name: string]: unknown }) : null;
}
