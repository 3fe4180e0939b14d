/** CSV text (RFC 4180; LF or CRLF) as records of fields with the line each begins in. A field that is not quoted and empty is null. */
import { Failure } from "../../values/failure.ts";

export interface CsvRecord { readonly line: number; readonly fields: readonly (string | null)[] }

/** Every record, the header too. Blank lines are left out where a record has more than one field. */
export function* readCsvRecords(text: string): Generator<CsvRecord> {
  const reader = { text, position: 0, line: 1 };
  let width: number | undefined;
  while (reader.position < text.length) {
    const { line } = reader;
    const fields = readRecord(reader);
    const blank = fields.length === 1 && fields[0] === null;
    if (blank && width !== 1) continue;
    width ??= fields.length;
    if (fields.length !== width) {
      throw new Failure("VALUE_INVALID", `Line ${line} has ${fields.length} fields; the header has ${width}.`, { place: { line }, hint: "Quote a field that holds a comma." });
    }
    yield { line, fields };
  }
}

interface Reader { readonly text: string; position: number; line: number }

function readRecord(reader: Reader): (string | null)[] {
  const fields: (string | null)[] = [];
  for (;;) {
    fields.push(reader.text[reader.position] === '"' ? readQuoted(reader) : readBare(reader));
    const next = reader.text[reader.position];
    reader.position += next === "\r" ? 2 : 1;
    if (next === ",") continue;
    if (next !== undefined) reader.line++;
    return fields;
  }
}

function readBare(reader: Reader): string | null {
  const start = reader.position;
  let end = start;
  while (end < reader.text.length && !endsField(reader.text, end)) end++;
  const field = reader.text.slice(start, end);
  if (field.includes('"')) {
    throw new Failure("VALUE_INVALID", `Line ${reader.line} has a quote inside a field that is not quoted.`, { place: { line: reader.line, value: field }, hint: 'Write the field in quotes, and each quote in it twice: "6"" pipe".' });
  }
  reader.position = end;
  return field === "" ? null : field;
}

function readQuoted(reader: Reader): string {
  const { line } = reader;
  let field = "";
  for (let from = reader.position + 1; ;) {
    const quote = reader.text.indexOf('"', from);
    if (quote < 0) throw new Failure("VALUE_INVALID", `The quoted field that begins in line ${line} does not end.`, { place: { line } });
    field += reader.text.slice(from, quote);
    from = quote + 1;
    if (reader.text[from] !== '"') {
      if (from < reader.text.length && !endsField(reader.text, from)) {
        throw new Failure("VALUE_INVALID", `Line ${line} has text after the quote that ends a field.`, { place: { line, value: field } });
      }
      reader.position = from;
      reader.line += field.split("\n").length - 1;
      return field;
    }
    field += '"';
    from++;
  }
}

function endsField(text: string, position: number): boolean {
  const character = text[position];
  return character === "," || character === "\n" || (character === "\r" && text[position + 1] === "\n");
}
