// Written by `neuralake compile` from catalog/. Do not edit: change the catalog and compile again.
import { createRest } from "neuralake/client";
import type { AppendPath, ChangePath, KeyPath, MergePath, NewRow, RestClient, RowsPath, ServerPaths } from "neuralake/client";

/** Rows as JSON carries them. */
export interface components {
  schemas: {
    /**
     * Countries of the world.
     *
     * @deprecated see the atlas
     */
    "people.countries": {
      readonly code: string;
    };
    /**
     * Members of the club. They pay each year.
     *
     * Those who left stay here, marked.
     */
    "people.members": {
      readonly country: string;
      readonly number: bigint;
      /** Written in full. Personal data: name. */
      readonly name: string;
      /** Personal data: email. */
      readonly email: string | null;
      /** Unit: m. */
      readonly height: number | ("NaN" | "Infinity" | "-Infinity") | null;
      /** @deprecated members have no colours any more */
      readonly colour: string | null;
      /**
       * What they paid.
       *
       * @deprecated
       */
      readonly paid: number;
    };
  };
}

type Row<Name extends keyof components["schemas"]> = components["schemas"][Name];

/** What each path takes and answers. */
export interface paths extends ServerPaths {
  "/api/tables/people.countries": RowsPath<Row<"people.countries">>;
  "/api/tables/people.countries/{code}": KeyPath<Row<"people.countries">, "code">;
  "/api/tables/people.members": RowsPath<Row<"people.members">> & AppendPath<NewRow<Row<"people.members">, "email" | "height" | "colour">> & ChangePath<Row<"people.members">>;
  "/api/tables/people.members/merge": MergePath<Row<"people.members">>;
  "/api/tables/people.members/{country}/{number}": KeyPath<Row<"people.members">, "country" | "number">;
}

/** Where rows hold 64-bit integers: these are read as bigint, however small. */
const wideIntegers = {
  "people.members": ["number"],
};

/** Speaks REST to a server of this catalog: `createRestClient({ url: "http://localhost:8080" })`. */
export function createRestClient(options: { readonly url: string }): RestClient<paths> {
  return createRest<paths>({ ...options, wideIntegers });
}
