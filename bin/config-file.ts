/** Reads a project's neuralake.config.ts (a file of the user's, so it is taken with care) and says what is wrong with it by name. */
import { existsSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { inspect } from "node:util";
import type { Config } from "../runtime/config.ts";
import { Failure } from "../runtime/values/failure.ts";
import { isBroker } from "./brokers.ts";
import { loadConfig } from "./config-module.ts";
import { isTableName } from "./log-table.ts";
import { checkPostgres } from "./postgres-settings.ts";

const fileNames = ["neuralake.config.ts", "neuralake.config.js"];
const kafkaSettings = new Set(["brokers"]);
const environmentSettings = new Set(["root", "kafka", "s3", "postgres"]);
const dynamodbSettings = new Set(["table", "region", "endpoint"]);
const cacheSettings = new Set(["directory", "bytesMax"]);
const settings = new Set([...environmentSettings, "cache", "duckdb", "catalog", "generated", "emitters", "environments"]);

/** The path of the project's configuration; undefined when it has none. */
export function configFile(project: string): string | undefined {
  return fileNames.map((name) => join(project, name)).find((file) => existsSync(file));
}

/** What the project configures; empty without a file. CONFIG_INVALID for a file that does not load or says what nobody understands. */
export async function readConfig(project: string): Promise<Config> {
  const path = configFile(project);
  if (path === undefined) return {};
  const file = relative(project, path);
  const value = await importDefault(path, file);
  checkConfig(value, file);
  return value;
}

async function importDefault(path: string, file: string): Promise<unknown> {
  try {
    return await loadConfig(path);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : inspect(cause);
    throw new Failure("CONFIG_INVALID", `${file} cannot be loaded: ${reason}`, { place: { file: brokenFile(cause, dirname(path)) ?? file }, cause });
  }
}

/** The file, relative to the project, and its line that Node could not read as code: the configuration, or one that it imports. */
function brokenFile(cause: unknown, project: string): string | undefined {
  const [, address, line] = /^(file:[^\n?]+)(?:\?[^\n]*)?:(\d+)\n/.exec(cause instanceof SyntaxError ? cause.stack ?? "" : "") ?? [];
  return address === undefined ? undefined : `${relative(project, fileURLToPath(address))}:${line}`;
}

function checkConfig(value: unknown, file: string): asserts value is Config {
  const top = objectIn(value, `The default export of ${file}`, file);
  checkKeys(top, settings, "", file);
  for (const name of ["root", "catalog", "generated"]) checkText(top[name], name, file);
  checkKafka(top["kafka"], "kafka", file);
  checkS3(top["s3"], "s3", file);
  checkPostgres(top["postgres"], "postgres", file);
  checkCache(top["cache"], file);
  checkDuckDB(top["duckdb"], file);
  checkEmitters(top["emitters"], file);
  if (top["environments"] === undefined) return;
  for (const [name, environment] of Object.entries(objectIn(top["environments"], "environments", file))) {
    const inner = objectIn(environment, `environments.${name}`, file);
    checkKeys(inner, environmentSettings, `environments.${name}.`, file);
    checkText(inner["root"], `environments.${name}.root`, file);
    checkKafka(inner["kafka"], `environments.${name}.kafka`, file);
    checkS3(inner["s3"], `environments.${name}.s3`, file);
    checkPostgres(inner["postgres"], `environments.${name}.postgres`, file);
  }
}

function objectIn(value: unknown, name: string, file: string): { readonly [key: string]: unknown } {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as { readonly [key: string]: unknown };
  throw new Failure("CONFIG_INVALID", `${name} is not an object.`, { place: { file }, hint: "Write `export default defineConfig({ root: \"./lake\" })`." });
}

function checkKeys(value: object, known: ReadonlySet<string>, prefix: string, file: string): void {
  for (const key of Object.keys(value)) {
    if (known.has(key)) continue;
    throw new Failure("CONFIG_INVALID", `${file} sets "${prefix}${key}", which this version does not know.`, { place: { file }, hint: `It knows ${[...known].join(", ")}.` });
  }
}

function checkText(value: unknown, name: string, file: string): void {
  if (value === undefined || (typeof value === "string" && value !== "")) return;
  throw new Failure("CONFIG_INVALID", `${name} in ${file} is not a text.`, { place: { file, value: String(value) } });
}

function checkKafka(value: unknown, name: string, file: string): void {
  if (value === undefined) return;
  const kafka = objectIn(value, name, file);
  checkKeys(kafka, kafkaSettings, `${name}.`, file);
  const brokers = kafka["brokers"];
  if (Array.isArray(brokers) && brokers.length > 0 && brokers.every((broker: unknown) => typeof broker === "string" && isBroker(broker))) return;
  throw new Failure("CONFIG_INVALID", `${name}.brokers in ${file} is not a list of brokers.`, { place: { file }, hint: "Write each as host:port, such as [\"localhost:9092\"]." });
}

function checkS3(value: unknown, name: string, file: string): void {
  if (value === undefined) return;
  const s3 = objectIn(value, name, file);
  checkKeys(s3, new Set(["logStore"]), `${name}.`, file);
  if (s3["logStore"] === undefined) return;
  const logStore = objectIn(s3["logStore"], `${name}.logStore`, file);
  checkKeys(logStore, new Set(["dynamodb"]), `${name}.logStore.`, file);
  const dynamodb = objectIn(logStore["dynamodb"], `${name}.logStore.dynamodb`, file);
  checkKeys(dynamodb, dynamodbSettings, `${name}.logStore.dynamodb.`, file);
  for (const setting of dynamodbSettings) checkText(dynamodb[setting], `${name}.logStore.dynamodb.${setting}`, file);
  const { table, endpoint } = dynamodb;
  if (typeof table === "string" && !isTableName(table)) throw new Failure("CONFIG_INVALID", `${name}.logStore.dynamodb.table in ${file} is no name of a table.`, { place: { file, value: table }, hint: "Write a name such as \"delta_log\"." });
  if (typeof endpoint === "string" && !URL.canParse(endpoint)) throw new Failure("CONFIG_INVALID", `${name}.logStore.dynamodb.endpoint in ${file} is no address.`, { place: { file }, hint: "Write it as \"http://localhost:8000\"." });
}

function checkCache(value: unknown, file: string): void {
  if (value === undefined) return;
  const cache = objectIn(value, "cache", file);
  checkKeys(cache, cacheSettings, "cache.", file);
  checkText(cache["directory"], "cache.directory", file);
  const bytes = cache["bytesMax"];
  if (bytes === undefined || (typeof bytes === "number" && Number.isSafeInteger(bytes) && bytes > 0)) return;
  throw new Failure("CONFIG_INVALID", `cache.bytesMax in ${file} is not a number of bytes.`, { place: { file, value: String(bytes) }, hint: "Write it as 10_000_000_000." });
}

function checkDuckDB(value: unknown, file: string): void {
  if (value === undefined) return;
  const duckdb = objectIn(value, "duckdb", file);
  checkKeys(duckdb, new Set(["extensions"]), "duckdb.", file);
  checkText(duckdb["extensions"], "duckdb.extensions", file);
}

function checkEmitters(value: unknown, file: string): void {
  if (value === undefined) return;
  const hint = "Write `emitters: [dictionary]`, each made as defineEmitter({ name: \"dictionary\", emit: (catalog) => [{ path: \"dictionary.md\", text: \"…\" }] }).";
  if (!Array.isArray(value)) throw new Failure("CONFIG_INVALID", `emitters in ${file} is not a list of emitters.`, { place: { file }, hint });
  const names = value.map((emitter: unknown, index) => {
    const { name, emit } = typeof emitter === "object" && emitter !== null ? emitter as { readonly [key: string]: unknown } : {};
    if (typeof name === "string" && name !== "" && typeof emit === "function") return name;
    throw new Failure("CONFIG_INVALID", `emitters[${index}] in ${file} is not an emitter: it has a name and a function emit.`, { place: { file }, hint });
  });
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Failure("CONFIG_INVALID", `${file} names two emitters "${twice}".`, { place: { file, value: twice }, hint: "Give each a name of its own: messages tell them apart by it." });
}
