/** What ingest is handed from above: the tables it feeds as they are declared and kept now, somebody who listens, something that counts. */
import type { Table } from "../../compiler/ir/catalog.ts";
import type { Snapshot } from "../delta/snapshot/snapshot.ts";
import type { Engine } from "../query/engine.ts";
import type { Store } from "../storage/store.ts";
import type { Failure } from "../values/failure.ts";

/** A Delta table's directory within a store. */
export interface FeedPlace { readonly store: Store; readonly location: string }

/** A row of a dead table that was a message. */
export interface DeadRecord { readonly origin: string; readonly offset: number; readonly reason: string; readonly payload: Uint8Array }

/** A fed table by one edition of the catalog. */
export interface Declared {
  /** `rides.trip_events`. */
  readonly name: string;
  readonly table: Table;
  readonly main: FeedPlace;
  readonly dead: FeedPlace;
  /** SCHEMA_DIFFERS, with the first difference, when the lake keeps either of the two otherwise than it is declared. */
  requireFit(main: Snapshot, dead: Snapshot): void;
  /** Makes the dead table where there is none. */
  createDead(): Promise<void>;
  /** The messages in a version of the dead table whose offset is beyond that of their origin; all of an origin's where it is undefined. */
  deadRecords(version: number, beyond: ReadonlyMap<string, number | undefined>): Promise<readonly DeadRecord[]>;
  /** For `@check`; started by the first call. */
  readonly engine: () => Promise<Engine>;
}

/** A fed table, whose declaration may be replaced by a newer one. */
export interface Feed {
  /** `rides.trip_events`. */
  readonly name: string;
  /** Stays what it is until the next `refresh`. */
  current(): Declared;
  /** Takes a newer catalog when there is one and the lake fits it. */
  refresh(): Promise<void>;
}

/** Something a person would want to know of a fed table. */
export type FeedEvent =
  /** Partitions are read from here on. */
  | { readonly kind: "owns"; readonly topic: string; readonly partitions: readonly number[] }
  | { readonly kind: "committed"; readonly rows: number; readonly dead: number; readonly version: number; readonly lag: number }
  /** Nothing moves until something outside is mended; it goes on by itself then. Told once a reason. */
  | { readonly kind: "waiting"; readonly reason: string }
  | { readonly kind: "resumed" }
  /** It cannot go on as things are. */
  | { readonly kind: "failed"; readonly error: Failure }
  /** Rows that a check only warns of. */
  | { readonly kind: "warned"; readonly check: string; readonly rows: number };
