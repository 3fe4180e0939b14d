import { afterEach, expect, test, vi } from "vitest";
import { postgresNames, postgresOf } from "../../bin/postgres-connections.ts";
import { checkPostgres } from "../../bin/postgres-settings.ts";

afterEach(() => vi.unstubAllEnvs());

const config = { postgres: { main: { host: "a", database: "x", password: "p", statementMs: 5 }, other: { url: "postgres://b/y" } }, environments: { prod: { postgres: { main: { host: "c", database: "x" }, third: { host: "d", database: "z" } } } } };

test("an environment names what is otherwise in it; all names are known to the compiler", () => {
  expect(postgresOf(config, undefined)).toEqual(config.postgres);
  expect(postgresOf(config, config.environments.prod)).toEqual({ main: { host: "c", database: "x" }, other: { url: "postgres://b/y" }, third: { host: "d", database: "z" } });
  expect(postgresNames(config)).toEqual(["main", "other", "third"]);
});

test("a variable's url takes the place of all that says which server it is, and bounds stay", () => {
  vi.stubEnv("NEURALAKE_POSTGRES_MAIN", "postgres://e/w");
  expect(postgresOf(config, undefined)["main"]).toEqual({ url: "postgres://e/w", statementMs: 5 });
});

test.each([
  [{ main: 1 }, "postgres.main in c.ts is not an object"],
  [{ "a-b": {} }, 'names a connection "a-b"'],
  [{ main: { hots: "x" } }, 'sets "postgres.main.hots", which this version does not know'],
  [{ main: { port: 70_000 } }, "postgres.main.port in c.ts is not a port"],
  [{ main: { password: { env: "" } } }, "postgres.main.password in c.ts is not a text, or"],
  [{ main: { tls: "maybe" } }, "postgres.main.tls in c.ts is not true, false"],
])("%j is refused by name, and what it says is not printed", (value, message) => {
  expect(() => checkPostgres(value, "postgres", "c.ts")).toThrow(expect.objectContaining({ code: "CONFIG_INVALID", message: expect.stringContaining(message) as string }) as Error);
});
