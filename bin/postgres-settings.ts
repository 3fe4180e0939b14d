/** What may be wrong with the PostgreSQL connections of a configuration. What they say is not printed: a password may stand in it. */
import { Failure } from "../runtime/values/failure.ts";

type Fits = readonly [fits: (value: unknown) => boolean, words: string];

const text: Fits = [(value) => typeof value === "string" && value !== "", "a text"];
const count: Fits = [(value) => typeof value === "number" && Number.isSafeInteger(value) && value > 0, "a whole number above 0"];
const settings: { readonly [name: string]: Fits } = {
  url: text, host: text, database: text, user: text,
  port: [(value) => count[0](value) && Number(value) < 65_536, "a port"],
  password: [(value) => text[0](value) || (isObject(value) && Object.keys(value).join() === "env" && text[0](value["env"])), "a text, or { env: \"NAME\" } of an environment variable"],
  tls: [(value) => typeof value === "boolean" || value === "unverified", "true, false or \"unverified\""],
  connectMs: count, statementMs: count, connectionsMax: count,
};

/** CONFIG_INVALID for what nobody understands. `name`: where it stands in the file. */
export function checkPostgres(value: unknown, name: string, file: string): void {
  if (value === undefined) return;
  if (!isObject(value)) throw invalid(`${name} in ${file} is not an object`, "Name each connection: postgres: { main: { host: \"localhost\", database: \"shop\" } }.", file);
  for (const [connection, facts] of Object.entries(value)) {
    if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(connection)) throw invalid(`${name} in ${file} names a connection "${connection}"`, "A name is letters, digits and underscores, a letter first.", file);
    if (!isObject(facts)) throw invalid(`${name}.${connection} in ${file} is not an object`, "Write { host: \"localhost\", database: \"shop\", user: \"reader\" }.", file);
    for (const [setting, own] of Object.entries(facts)) checkSetting(setting, own, `${name}.${connection}`, file);
  }
}

function checkSetting(setting: string, value: unknown, name: string, file: string): void {
  const known = Object.hasOwn(settings, setting) ? settings[setting] : undefined;
  if (known === undefined) throw invalid(`${file} sets "${name}.${setting}", which this version does not know`, `It knows ${Object.keys(settings).join(", ")}.`, file);
  if (value === undefined || known[0](value)) return;
  throw invalid(`${name}.${setting} in ${file} is not ${known[1]}`, `Write ${known[1]}.`, file);
}

function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function invalid(text: string, hint: string, file: string): Failure {
  return new Failure("CONFIG_INVALID", `${text}.`, { hint, place: { file } });
}
