/** "neuralake/client": what generated clients stand on, and what their users may want beside them. */
export { sql } from "kysely";
export { openClient } from "./embedded.ts";
export type { OpenOptions, OpenSettings } from "./embedded.ts";
export type { CallShape, ClientAsOf, ClientDatabase, ClientLake } from "./face.ts";
export { filter } from "./filter.ts";
export type { Filter, FilterOperator, FiltersOn } from "./filter.ts";
export { connectClient } from "./http.ts";
export type { ConnectOptions } from "./http.ts";
export { Failure } from "../values/failure.ts";
export { createRest } from "./rest.ts";
export type { RestClient, WideIntegers } from "./rest.ts";
export type { AppendPath, ChangePath, KeyPath, MergePath, NewRow, RowsPath, ServerPaths } from "./rest-paths.ts";
