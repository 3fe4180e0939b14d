/** A message becomes a row: its content read as JSON without losing a digit, each column taken along its path, the envelope's parts as they are. */
import { isUtf8 } from "node:buffer";
import type { Column, KafkaPart, Table } from "../../compiler/ir/catalog.ts";
import { jsonReader } from "../values/json.ts";
import type { JsonInput } from "../values/json.ts";
import { Failure } from "../values/failure.ts";
import type { Row, Value } from "../values/value.ts";
import { contentPaths, createContentParser, isContent, memberAt } from "./content.ts";
import type { Content, ParseContent } from "./content.ts";
import type { Message } from "./message.ts";

/** The row of a message: columns it lacks are left out where a rule may fill them. VALUE_INVALID says in words why there is none. */
export type ReadMessage = (message: Message) => Row;

/** The reader of a table's messages; make it once, use it often. */
export function createMessageReader(table: Table): ReadMessage {
  const columns = table.columns.map((column) => ({ name: column.name, read: column.kafka === undefined ? contentReader(column) : envelopeReader(column, column.kafka) }));
  const parse = createContentParser(contentPaths(table));
  return (message) => {
    const content = contentOf(message, parse);
    const row: { [column: string]: Value } = {};
    for (const { name, read } of columns) {
      const value = read(message, content);
      if (value !== undefined) row[name] = value;
    }
    return row;
  };
}

/** The last millisecond of the year 9999. */
const lastMillis = 253_402_300_799_999;

type ReadColumn = (message: Message, content: Content) => Value | undefined;

/** What replaces bytes that are not UTF-8 in a text made of them. */
const replacement = "\ufffd";

function contentOf({ value }: Message, parse: ParseContent): Content {
  if (value === null) throw invalid("the message has no value (a tombstone)");
  const text = textOf(value);
  if (text === undefined) throw invalid("the message is not UTF-8 text");
  let content: JsonInput;
  try {
    content = parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw invalid(`the message is not JSON: ${error.message}`);
  }
  if (!isContent(content)) throw invalid("the message is JSON, and no object");
  return content;
}

/** Undefined when the bytes are not UTF-8. */
function textOf(bytes: Uint8Array): string | undefined {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
  return text.includes(replacement) && !isUtf8(bytes) ? undefined : text;
}

function contentReader(column: Column): ReadColumn {
  const path = column.from ?? column.name;
  const steps = path.split(".");
  const read = jsonReader(column.type);
  return (_message, content) => {
    const json = memberAt(content, steps);
    // A day that is null follows from its source, as one that is left out.
    if (json === undefined || (json === null && column.dayOf !== undefined)) return undefined;
    return read(json, path);
  };
}

function envelopeReader(column: Column, part: KafkaPart): ReadColumn {
  const parts: { readonly [Part in KafkaPart]: (message: Message) => Value } = {
    timestamp: ({ timestamp }) => {
      // Kafka's -1 says that nobody stamped it.
      if (timestamp < 0 || timestamp > lastMillis) throw invalid(`${column.name}: the message bears no time that a Timestamp can hold (${timestamp})`);
      return Temporal.Instant.fromEpochMilliseconds(timestamp);
    },
    offset: ({ offset }) => BigInt(offset),
    partition: ({ partition }) => partition,
    key: ({ key }) => keyText(column, key),
  };
  return parts[part];
}

function keyText(column: Column, key: Uint8Array | null): string | null {
  if (key === null) return null;
  const text = textOf(key);
  if (text === undefined) throw invalid(`${column.name}: the message's key is not UTF-8 text`);
  return text;
}

function invalid(reason: string): Failure {
  return new Failure("VALUE_INVALID", reason);
}
