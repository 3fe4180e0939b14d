/** Spark's functions that rules of tables may call here: those whose results the engine gives too, in every case (protocol, "CHECK Constraints"). */
import type { Expression } from "./expression.ts";
import { outside } from "./spark-tokens.ts";
import { as, bool, commonType, int32, isNumber, isText, isWhole, operation, text, typeText } from "./spark-types.ts";

type Call = (args: readonly Expression[]) => Expression | undefined;

/** A call, or DELTA_UNSUPPORTED_FEATURE naming it. */
export function callOf(name: string, args: readonly Expression[]): Expression {
  const call = Object.hasOwn(calls, name) ? calls[name] : undefined;
  return call?.(args) ?? outside(`it calls ${name.toLowerCase()}(${args.map(({ type }) => typeText(type)).join(", ")})`);
}

const onText = (name: "upper" | "lower" | "trim"): Call => ([value, ...others]) => (value !== undefined && others.length === 0 && isText(value.type) ? operation(name, [value], text) : undefined);

const length: Call = ([value, ...others]) => (value !== undefined && others.length === 0 && isText(value.type) ? operation("length", [value], int32) : undefined);

const isNull: Call = ([value, ...others]) => (value !== undefined && others.length === 0 ? operation("is null", [value], bool) : undefined);

/** Of a time's day: in UTC where it has a zone. */
const partOfDay = (name: "year" | "month" | "day"): Call => ([value, ...others]) => (value !== undefined && others.length === 0 ? operation(name, [as(value, { kind: "day" })], int32) : undefined);

const calls: { readonly [name: string]: Call } = {
  LENGTH: length, CHAR_LENGTH: length, CHARACTER_LENGTH: length, LEN: length,
  UPPER: onText("upper"), UCASE: onText("upper"), LOWER: onText("lower"), LCASE: onText("lower"), TRIM: onText("trim"),
  ABS: ([value, ...others]) => (value !== undefined && others.length === 0 && isNumber(value.type) ? operation("abs", [value], value.type) : undefined),
  ISNULL: isNull,
  ISNOTNULL: (args) => { const found = isNull(args); return found && operation("not", [found], bool); },
  ISNAN: ([value, ...others]) => (value !== undefined && others.length === 0 && ["float32", "float64"].includes(value.type.kind) ? operation("is nan", [value], bool) : undefined),
  COALESCE: coalesce, NVL: (args) => (args.length === 2 ? coalesce(args) : undefined), IFNULL: (args) => (args.length === 2 ? coalesce(args) : undefined),
  IF: ([condition, yes, no, ...others]) => {
    if (condition?.type.kind !== "bool" || yes === undefined || no === undefined || others.length > 0) return undefined;
    const type = commonType(yes.type, no.type);
    return operation("if", [condition, as(yes, type), as(no, type)], type);
  },
  CONCAT: (args) => (args.length > 0 && args.every(({ type }) => isText(type) || type.kind === "null") ? operation("concat", args.map((value) => as(value, text)), text) : undefined),
  SUBSTRING: substring, SUBSTR: substring,
  YEAR: partOfDay("year"), MONTH: partOfDay("month"), DAY: partOfDay("day"), DAYOFMONTH: partOfDay("day"),
  DATE: ([value, ...others]) => (value !== undefined && others.length === 0 && ["timestamp", "local_timestamp", "day"].includes(value.type.kind) ? as(value, { kind: "day" }) : undefined),
};

function coalesce(args: readonly Expression[]): Expression | undefined {
  const [first, ...others] = args;
  if (first === undefined) return undefined;
  const type = others.reduce((common, other) => commonType(common, other.type), first.type);
  return operation("coalesce", args.map((value) => as(value, type)), type);
}

/** From a place that is told, from 1, and so many characters. */
function substring([value, from, length, ...others]: readonly Expression[]): Expression | undefined {
  const places = [from, length].flatMap((place) => (place === undefined ? [] : [place]));
  const plain = places.length > 0 && places.every((place) => place.kind === "constant" && isWhole(place.type) && !place.text.startsWith("-")) && from?.kind === "constant" && from.text !== "0";
  return value !== undefined && others.length === 0 && plain && isText(value.type) ? operation("substring", [value, ...places], text) : undefined;
}
