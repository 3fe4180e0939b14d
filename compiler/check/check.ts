/**
 * Everything that can be wrong with a catalog whose source was read, short of its SQL, which bind reads: one rule a file, all of them
 * asked every time.
 */
import type { Catalog } from "../ir/catalog.ts";
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
import { referenceTargets } from "./reference-targets.ts";
import { reservedNames } from "./reserved-names.ts";
import { reservedParameters } from "./reserved-parameters.ts";
import { ruleBounds } from "./rule-bounds.ts";
import { streams } from "./streams.ts";
import { uniqueNames } from "./unique-names.ts";
import { wordFits } from "./word-fits.ts";
import { wordsNotYet } from "./words-not-yet.ts";
import { writtenTables } from "./written-tables.ts";

type CheckRule = (catalog: Catalog) => readonly Diagnostic[];

const rules: readonly CheckRule[] = [
  dayOfSources, decimalDigits, durations, emptyTypes, formerNames, initialValues, kafkaColumns, keyColumns, locations, nameSpelling, parameterOrder, partitions, piiMasks,
  referenceTargets, reservedNames, reservedParameters, ruleBounds, streams, uniqueNames, wordFits, wordsNotYet, writtenTables,
];

/** What the rules find, in no particular order. */
export function check(catalog: Catalog): Diagnostic[] {
  return rules.flatMap((rule) => rule(catalog));
}
