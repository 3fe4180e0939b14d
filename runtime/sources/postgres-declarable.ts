/** Which type a careful author declares for a column of PostgreSQL: the narrowest that holds all that the server's type can; the other way round than postgres-types.ts. */
import type { ColumnType } from "../../compiler/ir/column-type.ts";
import type { LiveColumn, LiveElement } from "./postgres-columns.ts";

const plain: { readonly [base: string]: ColumnType["kind"] } = {
  smallint: "int16", integer: "int32", bigint: "int64", real: "float32", "double precision": "float64", boolean: "bool", bytea: "bytes", uuid: "uuid",
  date: "day", "timestamp with time zone": "timestamp", "timestamp without time zone": "local_timestamp",
  text: "text", "character varying": "text", character: "text", name: "text", json: "text", jsonb: "text",
};

/** The type of a column, or why there is none: a sentence's end. */
export function declarableType(live: LiveColumn): ColumnType | string {
  const element = elementType(live);
  if (typeof element === "string" || !live.array) return element;
  // An array there may always hold nulls.
  return { kind: "array", element, elementNullable: true };
}

function elementType({ text, base, digits, labels }: LiveElement): ColumnType | string {
  if (labels !== undefined) return labels.length === 0 ? { kind: "text" } : { kind: "enum", values: labels };
  if (base === "numeric") return numeric(digits);
  const kind = Object.hasOwn(plain, base) ? plain[base] : undefined;
  return kind === undefined ? `no column of a catalog reads ${text}; a view there with a cast to text is read` : ({ kind } as ColumnType);
}

/** Digits before the point are what precision leaves beside the scale, which may be negative, or greater than the precision. */
function numeric([all, after = 0]: readonly number[]): ColumnType | string {
  if (all === undefined) return "numeric without digits holds any number of them; declare it Decimal<precision, scale> with as many as its values have";
  const scale = Math.max(after, 0);
  const precision = Math.max(all - after + scale, scale);
  return precision > 38 ? `numeric(${all},${after}) may have ${precision} digits, and a Decimal has up to 38` : { kind: "decimal", precision, scale };
}
