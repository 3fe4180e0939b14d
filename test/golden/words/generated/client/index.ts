// Written by `neuralake compile` from catalog/. Do not edit: change the catalog and compile again.
import { connectClient, openClient } from "neuralake/client";
import type { ClientLake, NewRow, OpenSettings } from "neuralake/client";

export { filter } from "neuralake/client";

/**
 * Countries of the world.
 *
 * @deprecated see the atlas
 */
export interface PeopleCountries {
  readonly code: string;
}

/**
 * Members of the club. They pay each year.
 *
 * Those who left stay here, marked.
 */
export interface PeopleMembers {
  readonly country: string;
  readonly number: bigint;
  /** Written in full. Personal data: name. */
  readonly name: string;
  /** Personal data: email. */
  readonly email: string | null;
  /** Unit: m. */
  readonly height: number | null;
  /** @deprecated members have no colours any more */
  readonly colour: string | null;
  /**
   * What they paid.
   *
   * @deprecated
   */
  readonly paid: number;
}

/** A row to append to `people.members`: a column that may be null, or follows from another, may be left out. */
export interface NewPeopleMembers extends NewRow<PeopleMembers, "email" | "height" | "colour"> {}

/** What can be selected from, by name. */
export interface Tables {
  /** @deprecated see the atlas */
  "people.countries": PeopleCountries;
  "people.members": PeopleMembers;
}

/** Function tables, and what each is called with. */
export interface Calls {}

/** Delta tables, and the rows that are appended to each. */
export interface Appends {
  "people.members": NewPeopleMembers;
}

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
