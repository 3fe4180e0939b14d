/** JSON texts of values of each type, by chance: good ones, ones near the bounds, and ones that are of no such type. */
import type { Column } from "../../../compiler/ir/catalog.ts";
import type { ColumnType } from "../../../compiler/ir/column-type.ts";
import { below, chance, oneOf } from "../../random.ts";
import type { Random } from "../../random.ts";

/** A column, and the texts that are sent for it. */
export interface Sent { readonly title: string; readonly column: Partial<Column> & { readonly type: ColumnType }; readonly text: (random: Random) => string }

const quoted = (text: string): string => JSON.stringify(text);
const digits = (random: Random, count: number): string => Array.from({ length: count }, () => below(random, 10)).join("");
const two = (number: number): string => String(number).padStart(2, "0");

/** Of no type but its own. */
const strangers = ["null", "true", "false", "1", "-1", "1.5", '""', '"x"', '"1"', "[]", "{}", "[1]", '{"a":1}', '"NaN"', "1e400", "-0", "1e2", '"null"'];

function whole(bits: bigint): (random: Random) => string {
  const end = 2n ** (bits - 1n);
  return (random) => oneOf(random, [
    () => String(oneOf(random, [end, -end]) + BigInt(below(random, 7) - 3)),
    () => String(BigInt(below(random, 2 ** 30)) * end / 2n ** 29n - end),
    () => `${below(random, 300) - 150}${oneOf(random, ["", ".0", ".5", "e0", ".00", "e1"])}`,
    () => String(oneOf(random, [1n, -1n]) * (2n ** 53n + BigInt(below(random, 9) - 4))),
  ])();
}

function decimal(precision: number, scale: number): (random: Random) => string {
  const end = precision - scale;
  // As numbers those are sent that a double, and whoever divides doubles, still tells apart.
  const most = 10 ** Math.min(end, scale > 6 ? 2 : 4);
  return (random) => {
    const text = oneOf(random, ["", "", "", "-", "+", " ", "--"]) + oneOf(random, ["", "", "0", "000"]) + digits(random, Math.max(0, end + below(random, 4) - 2))
      + oneOf(random, ["", ".", `.${digits(random, Math.max(0, scale + below(random, 4) - 2))}${oneOf(random, ["", "0", "000"])}`, `.${digits(random, below(random, scale + 1))}`]);
    const few = `${below(random, 2 * most) - most}${chance(random, 0.5) ? "" : `.${digits(random, 1 + below(random, Math.min(scale, 3) + 1))}`}`;
    return chance(random, 0.7) ? quoted(text) : few;
  };
}

function day(random: Random): string {
  const year = oneOf(random, ["0000", "0001", "9999", "1900", "2000", "2024", "2023", "2100", "0004", "999", "10000", String(1600 + below(random, 800))]);
  return `${year}-${oneOf(random, ["02", "02", two(below(random, 15))])}-${oneOf(random, ["28", "29", "29", "30", "31", two(below(random, 34)), "1"])}`;
}

function clock(random: Random): string {
  const hours = oneOf(random, ["00", "23", "24", two(below(random, 24))]);
  const seconds = oneOf(random, ["", ":00", ":59", ":60", `:${two(below(random, 60))}`]);
  return `${hours}:${oneOf(random, ["00", "59", "60", two(below(random, 60))])}${seconds}${seconds === "" || chance(random, 0.5) ? "" : `.${digits(random, below(random, 10))}${oneOf(random, ["", "000"])}`}`;
}

const time = (random: Random, zone: string): string => quoted(`${day(random)}${oneOf(random, ["T", "T", "T", " ", "t", "  ", ""])}${clock(random)}${zone}`);

/** No offset where it leads over the ends of the years: that, its schema says, it cannot say. */
function instant(random: Random): string {
  const text = time(random, "");
  const zone = /^"(0000|0001|9999)/.test(text) ? oneOf(random, ["Z", "z", "+00:00", ""]) : oneOf(random, ["Z", "z", "+02:00", "-23:59", "+24:00", "+0200", "", "-00:00", "[UTC]"]);
  return `${text.slice(0, -1)}${zone}"`;
}

function base64(random: Random): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const text = Array.from({ length: below(random, 9) }, () => oneOf(random, [...alphabet])).join("");
  const spaced = chance(random, 0.2) ? `${text} \n${oneOf(random, ["", "AB"])}` : text;
  return quoted(spaced + oneOf(random, ["", "", "=", "==", "= =", "===", "-", "_"]));
}

function uuid(random: Random): string {
  const text = [8, 4, 4, 4, 12].map((length) => Array.from({ length }, () => oneOf(random, [..."0123456789abcdefABCDEF"])).join("")).join("-");
  return quoted(oneOf(random, [text, text, text, text.slice(1), `urn:uuid:${text}`, text.replaceAll("-", ""), `${text}\n`, text.replace(/.$/, "g")]));
}

function float(random: Random): string {
  return oneOf(random, [
    '"NaN"', '"Infinity"', '"-Infinity"', '"nan"', '"+Infinity"', "1e39", "-1e39", "3.4028235e38", "3.4028236e38", "-3.4028235677973362e38", "3.4028235677973366e38", "1e308", "1e309", "1.7976931348623157e308", "5e-324", "1e-400",
    `${(random() - 0.5) * 10 ** below(random, 300)}`, `${below(random, 12) / 10}`, `${Math.fround(random())}`, `${random() * 1e-7 + 0.1}`,
  ]);
}

const list = (random: Random, item: (random: Random) => string): string => `[${Array.from({ length: below(random, 4) }, () => item(random)).join(",")}]`;
const object = (random: Random, names: readonly string[], value: (random: Random) => string): string => `{${names.filter(() => chance(random, 0.8)).map((name) => `${quoted(name)}:${value(random)}`).join(",")}}`;
const smallInt = (random: Random): string => oneOf(random, ["1", "-128", "127", "128", "null", "1.0", "1.5", '"1"']);

const mixed = (share: number, text: (random: Random) => string) => (random: Random): string => (chance(random, share) ? text(random) : oneOf(random, strangers));
const sent = (title: string, column: Sent["column"], text: (random: Random) => string): Sent => ({ title, column, text: mixed(0.9, text) });

const words = ["one", "two", "two ", "One", "", "a-1", "ab-12", "AB-12", "AB-12\n", "ÄB-1", "😀", "  ", "x\u0000y"];
const word = (random: Random): string => quoted(oneOf(random, words));
const point: ColumnType = { kind: "object", fields: [{ name: "x", type: { kind: "int8" }, nullable: false }, { name: "y", type: { kind: "day" }, nullable: true }] };

/** One entry for each type, and for each rule of each kind of type. */
export const everySent: readonly Sent[] = [
  sent("int8", { type: { kind: "int8" } }, whole(8n)),
  sent("int16", { type: { kind: "int16" } }, whole(16n)),
  sent("int32", { type: { kind: "int32" }, nullable: true }, whole(32n)),
  sent("int64", { type: { kind: "int64" } }, whole(64n)),
  sent("float32", { type: { kind: "float32" } }, float),
  sent("float64", { type: { kind: "float64" }, nullable: true }, float),
  sent("decimal of 10 and 2", { type: { kind: "decimal", precision: 10, scale: 2 } }, decimal(10, 2)),
  sent("decimal of 38 and 10", { type: { kind: "decimal", precision: 38, scale: 10 }, nullable: true }, decimal(38, 10)),
  sent("decimal of whole digits", { type: { kind: "decimal", precision: 5, scale: 0 } }, decimal(5, 0)),
  sent("decimal of fractions", { type: { kind: "decimal", precision: 4, scale: 4 } }, decimal(4, 4)),
  sent("text", { type: { kind: "text" } }, word),
  sent("choice", { type: { kind: "enum", values: ["one", "two"] }, nullable: true }, word),
  sent("bool", { type: { kind: "bool" } }, (random) => oneOf(random, ["true", "false", '"true"', "0"])),
  sent("bytes", { type: { kind: "bytes" } }, base64),
  sent("uuid", { type: { kind: "uuid" } }, uuid),
  sent("day", { type: { kind: "day" }, nullable: true }, (random) => quoted(day(random))),
  sent("timestamp", { type: { kind: "timestamp" } }, instant),
  sent("local timestamp", { type: { kind: "local_timestamp" } }, (random) => time(random, oneOf(random, ["", "", "", "Z"]))),
  sent("list", { type: { kind: "array", element: { kind: "int8" }, elementNullable: false } }, (random) => list(random, smallInt)),
  sent("sparse list", { type: { kind: "array", element: { kind: "day" }, elementNullable: true } }, (random) => list(random, (inner) => oneOf(inner, ["null", quoted(day(inner))]))),
  sent("record", { type: { kind: "map", key: { kind: "text" }, value: { kind: "int8" }, valueNullable: true } }, (random) => object(random, ["a", "", "b c"], smallInt)),
  sent("map of days", { type: { kind: "map", key: { kind: "day" }, value: { kind: "int8" }, valueNullable: false } }, (random) => list(random, (inner) => object(inner, ["key", "value", ...(chance(inner, 0.1) ? ["other"] : [])], (last) => oneOf(last, ["1", quoted("2024-02-29")])))),
  sent("object", { type: point }, (random) => object(random, ["x", "y", ...(chance(random, 0.1) ? ["z"] : [])], (inner) => oneOf(inner, [smallInt(inner), quoted(day(inner))]))),
  sent("list of objects", { type: { kind: "array", element: point, elementNullable: false }, nullable: true }, (random) => list(random, (inner) => object(inner, ["x", "y"], (last) => oneOf(last, ["1", "null"])))),
  sent("int32 with bounds", { type: { kind: "int32" }, rules: [{ kind: "between", low: "1.5", high: "8" }] }, (random) => String(below(random, 12) - 1)),
  sent("int64 with bounds", { type: { kind: "int64" }, nullable: true, rules: [{ kind: "between", low: "-9007199254740995", high: "1" }] }, (random) => String(-9007199254740995n + BigInt(below(random, 9) - 4))),
  sent("int8 between whole numbers", { type: { kind: "int8" }, nullable: true, rules: [{ kind: "between", low: "1.2", high: "1.8" }] }, smallInt),
  sent("float64 with bounds", { type: { kind: "float64" }, rules: [{ kind: "between", low: "0.1", high: "0.3" }] }, float),
  sent("float32 with bounds", { type: { kind: "float32" }, nullable: true, rules: [{ kind: "between", low: "-0.1", high: "0.1" }] }, (random) => oneOf(random, [float(random), `${(random() - 0.5) * 1e-8 + 0.1}`, `${(random() - 0.5) * 1e-8 - 0.1}`])),
  sent("text with a pattern", { type: { kind: "text" }, nullable: true, rules: [{ kind: "matches", pattern: "^[A-Z]{2}-\\d+$", flags: "" }] }, word),
  sent("text of one character", { type: { kind: "text" }, rules: [{ kind: "matches", pattern: "^.$", flags: "" }] }, word),
];
