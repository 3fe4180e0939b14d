/** The first record of a CSV file (RFC 4180): the names of its columns, so that cells are found by name and never by guess. */
import { open } from "node:fs/promises";
import { Failure } from "../values/failure.ts";

/** Longer than any header; what does not end within it is no header. */
const headerBytesMax = 1 << 20;

/** The names in a file's first record. FILE_INVALID when there is none, or when two are the same. */
export async function readHeader(file: string, delimiter: string): Promise<readonly string[]> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(headerBytesMax) });
    const names = firstRecord(buffer.subarray(0, bytesRead).toString("utf8").replace(/^\uFEFF/, ""), delimiter);
    const twice = names.find((name, k) => names.indexOf(name) !== k);
    if (names.length === 1 && names[0] === "") throw invalid(file, "has no header");
    if (twice !== undefined) throw invalid(file, `names the column "${twice}" twice`);
    return names;
  } finally {
    await handle.close();
  }
}

function firstRecord(text: string, delimiter: string): string[] {
  const names: string[] = [];
  let name = "";
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at] ?? "";
    if (quoted) {
      if (letter !== '"') name += letter;
      else if (text[at + 1] === '"') name += text[(at += 1)];
      else quoted = false;
    } else if (letter === '"' && name === "") quoted = true;
    else if (text.startsWith(delimiter, at)) {
      names.push(name);
      name = "";
      at += delimiter.length - 1;
    } else if (letter === "\n" || letter === "\r") break;
    else name += letter;
  }
  return [...names, name];
}

function invalid(file: string, what: string): Failure {
  return new Failure("FILE_INVALID", `${file} ${what}.`, { hint: "The first line names the columns, each once.", place: { file, line: 1 } });
}
