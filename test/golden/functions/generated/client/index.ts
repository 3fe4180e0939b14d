// Written by `neuralake compile` from catalog/. Do not edit: change the catalog and compile again.
import { connectClient, openClient } from "neuralake/client";
import type { ClientLake, OpenSettings } from "neuralake/client";

export { filter } from "neuralake/client";

/** Every type a parameter can have, given back. */
export interface ToolsEcho {
  readonly text: string | null;
  readonly whole: bigint | null;
  readonly exact: string | null;
  readonly ratio: number | null;
  readonly day: Temporal.PlainDate | null;
  readonly instant: Temporal.Instant | null;
  readonly sure: boolean | null;
}

/** What `tools.echo` is called with. */
export interface ToolsEchoCall {
  readonly text: string;
  readonly whole: bigint;
  readonly exact: string;
  readonly ratio: number;
  readonly day: Temporal.PlainDate;
  readonly instant: Temporal.Instant;
  /** Usually true. */
  readonly sure?: boolean;
  /** Usually 5. */
  readonly most?: number;
}

/** Three of them. */
export interface ToolsThree {
  /** Seconds since the start. */
  readonly second: number;
  readonly label: string | null;
}

/** A tick each minute. */
export interface ToolsTicks {
  /** Seconds since the start. */
  readonly second: number;
  readonly label: string | null;
}

/** What `tools.ticks` is called with. */
export interface ToolsTicksCall {
  /** how many */
  readonly count: number;
  /** what each is called. Usually "short". */
  readonly label?: "short" | "long";
}

/** What can be selected from, by name. */
export interface Tables {
  "tools.three": ToolsThree;
}

/** Function tables, and what each is called with. */
export interface Calls {
  "tools.echo": { parameters: ToolsEchoCall; row: ToolsEcho };
  "tools.ticks": { parameters: ToolsTicksCall; row: ToolsTicks };
}

/** Delta tables, and the rows that are appended to each. */
export interface Appends {}

/** The lake of this catalog: the same face in this process and over HTTP. */
export interface Lake extends ClientLake<Tables, Calls, Appends> {}

/** Opens the lake in this process; without `root`, the project's own. */
export function open(options: OpenSettings = {}): Promise<Lake> {
  return openClient<Tables, Calls, Appends>({
    catalog: new URL("../catalog.json", import.meta.url),
    functions: () => import("../functions/index.js"),
    project: new URL("../../", import.meta.url),
    ...options,
  });
}

/** Speaks to a server of this catalog: `connect({ url: "http://localhost:8080" })`. */
export function connect(options: { readonly url: string }): Lake {
  return connectClient<Tables, Calls, Appends>(options);
}
