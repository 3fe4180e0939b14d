/**
 * Everything that can be wrong with a catalog whose source was read, short of its SQL, which bind reads: one rule a file, all of them
 * asked every time.
 */
import { catalogFormat } from "../ir/catalog.ts";
import type { Catalog, Database, Table } from "../ir/catalog.ts";
import { remembered } from "../ir/remembered.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { dayOfSources } from "./day-of-sources.ts";
import { decimalDigits } from "./decimal-digits.ts";
import { durations } from "./durations.ts";
import { emptyTypes } from "./empty-types.ts";
import { formerNames } from "./former-names.ts";
import { initialValues } from "./initial-values.ts";
import { kafkaColumns } from "./kafka-columns.ts";
import { keyColumns } from "./key-columns.ts";
import { locations } from "./locations.ts";
import { nameSpelling } from "./name-spelling.ts";
import { parameterOrder } from "./parameter-order.ts";
import { partitions } from "./partitions.ts";
import { piiMasks } from "./pii-masks.ts";
import { postgresTables } from "./postgres-tables.ts";
import { referenceTargets } from "./reference-targets.ts";
import { reservedNames } from "./reserved-names.ts";
import { reservedParameters } from "./reserved-parameters.ts";
import { ruleBounds } from "./rule-bounds.ts";
import { streams } from "./streams.ts";
import { uniqueMembers } from "./unique-members.ts";
import { uniqueNames } from "./unique-names.ts";
import { wordFits } from "./word-fits.ts";
import { wordsNotYet } from "./words-not-yet.ts";
import { writtenTables } from "./written-tables.ts";

type CheckRule = (catalog: Catalog) => readonly Diagnostic[];

/** Those that look at one table at a time, whatever else there is. */
const tableRules: readonly CheckRule[] = [
  dayOfSources, decimalDigits, durations, emptyTypes, formerNames, initialValues, kafkaColumns, keyColumns, parameterOrder, partitions, piiMasks,
  reservedParameters, ruleBounds, streams, uniqueMembers, wordFits, wordsNotYet, writtenTables,
];

/** Those that look at one database at a time. */
const databaseRules: readonly CheckRule[] = [nameSpelling, reservedNames];

/** Those that hold tables against each other. */
const catalogRules: readonly CheckRule[] = [locations, referenceTargets, uniqueNames];

/** What the rules find, in no particular order. Of a table or a database that is the value it was, what they found then. `connections`: those to PostgreSQL that the configuration names, where there is one. */
export function check(catalog: Catalog, connections?: readonly string[]): Diagnostic[] {
  return [...catalog.databases.flatMap(checkDatabase), ...ask(catalogRules, catalog.databases), ...postgresTables(catalog, connections)];
}

const checkDatabase = remembered((database: Database) => [...ask(databaseRules, [database]), ...database.tables.flatMap(checkTable)]);
const checkTable = remembered((table: Table) => ask(tableRules, [{ name: table.database, doc: "", tables: [table] }]));

function ask(rules: readonly CheckRule[], databases: readonly Database[]): Diagnostic[] {
  return rules.flatMap((rule) => rule({ format: catalogFormat, databases }));
}
