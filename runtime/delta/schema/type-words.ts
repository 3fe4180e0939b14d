/** The words by which Spark's SQL says a type, as the JSON of a schema has it (protocol, "Schema Serialization Format"): `decimal(10,2)`, `struct<a: int, b: array<string>>`. */
import { Failure } from "../../values/failure.ts";
import type { DeltaField, DeltaType } from "./schema-shape.ts";
import { decimalOf } from "./type-changes.ts";

/** A type, and what may stand behind it in a list of columns. */
export interface ColumnWords { readonly type: DeltaType; readonly nullable: boolean; readonly comment?: string }

/** Reads `type [NOT NULL] [COMMENT 'text']`. PARAMETER_INVALID for words that are none, DELTA_UNSUPPORTED_FEATURE for a type that no column gets here. */
export function parseColumnWords(text: string): ColumnWords {
  const words = new Words(text);
  const column = words.column();
  words.end();
  return column;
}

/** Delta's type of each word. */
const plain: { readonly [word: string]: string } = {
  boolean: "boolean", tinyint: "byte", byte: "byte", smallint: "short", short: "short", int: "integer", integer: "integer", bigint: "long", long: "long", float: "float", real: "float",
  double: "double", string: "string", binary: "binary", date: "date", timestamp: "timestamp", timestamp_ltz: "timestamp", timestamp_ntz: "timestamp_ntz",
};

const others = new Set(["variant", "void", "char", "character", "varchar", "interval", "geometry", "geography", "time"]);

class Words {
  readonly #text: string;
  readonly #words: readonly string[];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    this.#words = text.match(/`(?:[^`]|``)+`|'(?:[^']|'')*'|[A-Za-z_]\w*|\d+|[<>(),:]|\S/g) ?? [];
  }

  end(): void {
    if (this.#at < this.#words.length) this.#wrong();
  }

  column(): ColumnWords {
    const type = this.#type();
    const isNotNull = this.#take("not");
    if (isNotNull) this.#sign("null");
    if (!this.#take("comment")) return { type, nullable: !isNotNull };
    const word = this.#words[this.#at++];
    if (word?.startsWith("'") !== true) return this.#wrong();
    return { type, nullable: !isNotNull, comment: word.slice(1, -1).replaceAll("''", "'") };
  }

  #type(): DeltaType {
    const word = this.#words[this.#at++]?.toLowerCase() ?? "";
    if (word === "struct") return { type: "struct", fields: this.#fields() };
    if (word === "array") return { type: "array", elementType: this.#within(() => this.#type()), containsNull: true };
    if (word === "map") return this.#within(() => this.#entries());
    if (word === "decimal" || word === "dec" || word === "numeric") return this.#decimal();
    const found = Object.hasOwn(plain, word) ? plain[word] : undefined;
    if (found !== undefined) return found;
    if (others.has(word)) throw new Failure("DELTA_UNSUPPORTED_FEATURE", `No column is made ${word} here.`, { hint: known, place: { value: this.#text } });
    this.#at -= 1;
    return this.#wrong();
  }

  #entries(): DeltaType {
    const keyType = this.#type();
    this.#sign(",");
    return { type: "map", keyType, valueType: this.#type(), valueContainsNull: true };
  }

  #fields(): readonly DeltaField[] {
    return this.#within(() => {
      const fields = [this.#field()];
      while (this.#take(",")) fields.push(this.#field());
      return fields;
    });
  }

  #field(): DeltaField {
    const name = this.#words[this.#at++] ?? "";
    if (!/^[A-Za-z_`]/.test(name)) return this.#wrong();
    this.#take(":");
    const { type, nullable, comment } = this.column();
    return { name: name.startsWith("`") ? name.slice(1, -1).replaceAll("``", "`") : name, type, nullable, metadata: comment === undefined ? {} : { comment } };
  }

  #within<T>(read: () => T): T {
    this.#sign("<");
    const found = read();
    this.#sign(">");
    return found;
  }

  #decimal(): DeltaType {
    let digits = "10,0";
    if (this.#take("(")) {
      digits = this.#words[this.#at++] ?? "";
      digits += this.#take(",") ? `,${this.#words[this.#at++] ?? ""}` : ",0";
      this.#sign(")");
    }
    const type = `decimal(${digits})`;
    if (decimalOf(type) === undefined) throw new Failure("PARAMETER_INVALID", `${type} is no type: a decimal has 1 to 38 digits, and at most all of them behind the point.`, { place: { value: this.#text } });
    return type;
  }

  #take(word: string): boolean {
    const there = this.#words[this.#at]?.toLowerCase() === word;
    if (there) this.#at += 1;
    return there;
  }

  #sign(word: string): void {
    if (!this.#take(word)) this.#wrong();
  }

  #wrong(): never {
    const word = this.#words[this.#at];
    throw new Failure("PARAMETER_INVALID", `"${this.#text}" is no type: ${word === undefined ? "it ends too soon" : `"${word}" is not understood where it stands`}.`, { hint: known, place: { value: this.#text } });
  }
}

const known = "Types are boolean, tinyint, smallint, int, bigint, float, double, decimal(p,s), string, binary, date, timestamp, timestamp_ntz, array<t>, map<k,v> and struct<name: t, …>.";
