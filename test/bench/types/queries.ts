/** The fifty queries that type checking is measured over: ten kinds, each over tables of its own, as each client's users would write them. Each must check; one with a wrong column must not. */
export const tables = 1_000;
export const databases = 10;
export const columnsEach = 20;
const perKind = 5;

/** A file of queries, and the query that must be its only error when it is added. */
export interface QueryFile { readonly right: string; readonly wrong: string }

type Names = readonly [string, string, string];

/** Ten kinds of query over three tables, in the words of a client. */
type Kinds = (names: Names) => readonly string[];

function fileOf(head: string, kinds: Kinds, nameOf: (number: number) => string, wrong: (name: string) => string): QueryFile {
  const queries = Array.from({ length: perKind }, (_, round) => round * 199).flatMap((first) =>
    kinds([nameOf(first), nameOf(first + 1), nameOf(first + 2)]).map((query, kind) => `export const query_${first}_${kind} = async () => ${query};`));
  return { right: `${head}\n${queries.join("\n")}\n`, wrong: `export const wrong = async () => ${wrong(nameOf(500))};\n` };
}

/** `area_3.things3`: the tables of compile/tables.ts. */
const tableName = (number: number): string => `area_${number % databases}.things${number}`;

const builderKinds: Kinds = ([a, b, c]) => [
  `(await db.selectFrom("${a}").select(["column_0", "column_7"]).where("column_7", "=", "open").execute()).map((row): bigint => row.column_0)`,
  `(await db.selectFrom("${a}").selectAll().where("column_5", ">", day).limit(10).execute()).map((row): Temporal.Instant => row.column_3)`,
  `(await db.selectFrom("${a} as a").innerJoin("${b} as b", "b.column_0", "a.column_0").select(["a.column_1", "b.column_2", "b.column_7 as state"]).execute()).map((row): "open" | "closed" => row.state)`,
  `(await db.selectFrom("${a} as a").leftJoin("${b} as b", "b.column_0", "a.column_0").select(["a.column_0", "b.column_1"]).execute()).map((row): string | null => row.column_1)`,
  `(await db.selectFrom("${a}").select((eb) => ["column_7", eb.fn.countAll<bigint>().as("n")]).groupBy("column_7").having((eb) => eb.fn.countAll(), ">", 5).execute()).map((row): bigint => row.n)`,
  `(await db.selectFrom("${b}").select("column_2").orderBy("column_3", "desc").orderBy("column_0").limit(20).offset(40).execute()).map((row): string => row.column_2)`,
  `(await db.selectFrom("${a}").select("column_1").where("column_0", "in", (eb) => eb.selectFrom("${b}").select("column_0").where("column_6", "=", true)).execute()).map((row): string => row.column_1)`,
  `(await db.selectFrom("${a}").innerJoin("${b}", "${b}.column_0", "${a}.column_0").innerJoin("${c}", "${c}.column_0", "${b}.column_0").select(["${a}.column_1", "${c}.column_14"]).execute()).map((row): number | null => row.column_14)`,
  `(await db.selectFrom("${c}").selectAll().where((eb) => eb.or([eb("column_8", ">", 5), eb("column_4", "is", null)])).execute()).map((row): number => row.column_8)`,
  `(await db.updateTable("${a}").set({ column_1: "new", column_8: 5 }).where("column_0", "=", 7n).where("column_6", "=", true).executeTakeFirst()).numUpdatedRows satisfies bigint`,
];
const day = `const day = Temporal.PlainDate.from("2026-08-01");`;
const wrongBuilder = (name: string): string => `db.selectFrom("${name}").select("column_20").execute()`;

/** Through the generated client. */
export const ourQueries = fileOf(`import { connect } from "./generated/client/index.ts";\nconst db = connect({ url: "http://localhost:8080" });\n${day}`, builderKinds, tableName, wrongBuilder);
/** Through Kysely itself, the same letter for letter. */
export const kyselyQueries = fileOf(`import type { Kysely } from "kysely";\nimport type { Database } from "./tables.ts";\ndeclare const db: Kysely<Database>;\n${day}`, builderKinds, tableName, wrongBuilder);

const things = (number: number): string => `things${number}`;

/** Prisma knows joins of related tables only; where the others join, it asks each table. */
export const prismaQueries = fileOf(`import type { PrismaClient } from "./client/client.ts";\ndeclare const db: PrismaClient;\nconst day = new Date();`, ([a, b, c]) => [
  `(await db.${a}.findMany({ select: { column_0: true, column_7: true }, where: { column_7: "open" } })).map((row): bigint => row.column_0)`,
  `(await db.${a}.findMany({ where: { column_5: { gt: day } }, take: 10 })).map((row): Date => row.column_3)`,
  `[await db.${a}.findMany({ select: { column_1: true } }), (await db.${b}.findMany({ select: { column_2: true, column_7: true } })).map((row): "open" | "closed" => row.column_7)]`,
  `[await db.${a}.findMany({ select: { column_0: true } }), (await db.${b}.findMany({ select: { column_1: true } })).map((row): string | null => row.column_1)]`,
  `(await db.${a}.groupBy({ by: ["column_7"], _count: { _all: true }, having: { column_0: { _count: { gt: 5 } } } })).map((row): number => row._count._all)`,
  `(await db.${b}.findMany({ select: { column_2: true }, orderBy: [{ column_3: "desc" }, { column_0: "asc" }], take: 20, skip: 40 })).map((row): string => row.column_2.toFixed(2))`,
  `(await db.${a}.findMany({ select: { column_1: true }, where: { column_0: { in: (await db.${b}.findMany({ select: { column_0: true }, where: { column_6: true } })).map((row) => row.column_0) } } })).map((row): string => row.column_1)`,
  `[await db.${a}.findMany({ select: { column_1: true } }), await db.${b}.findMany({ select: { column_0: true } }), (await db.${c}.findMany({ select: { column_14: true } })).map((row): number | null => row.column_14)]`,
  `(await db.${c}.findMany({ where: { OR: [{ column_8: { gt: 5 } }, { column_4: null }] } })).map((row): number => row.column_8)`,
  `(await db.${a}.updateMany({ data: { column_1: "new", column_8: 5 }, where: { column_0: 7n, column_6: true } })).count satisfies number`,
], things, (name) => `db.${name}.findMany({ select: { column_20: true } })`);

const drizzleHead = `import { and, count, desc, eq, gt, inArray, isNull, or } from "drizzle-orm";\nimport { drizzle } from "drizzle-orm/pg-proxy";\nimport * as schema from "./tables.ts";\nconst db = drizzle(async () => ({ rows: [] }));\nconst day = "2026-08-01";`;
/** Without `{ schema }`: of a thousand tables drizzle's relational queries are TS2589, "excessively deep and possibly infinite". */
export const drizzleQueries = fileOf(drizzleHead, ([a, b, c]) => [
  `(await db.select({ column_0: ${a}.column_0, column_7: ${a}.column_7 }).from(${a}).where(eq(${a}.column_7, "open"))).map((row): bigint => row.column_0)`,
  `(await db.select().from(${a}).where(gt(${a}.column_5, day)).limit(10)).map((row): Date => row.column_3)`,
  `(await db.select({ column_1: ${a}.column_1, column_2: ${b}.column_2, state: ${b}.column_7 }).from(${a}).innerJoin(${b}, eq(${b}.column_0, ${a}.column_0))).map((row): "open" | "closed" => row.state)`,
  `(await db.select({ column_0: ${a}.column_0, column_1: ${b}.column_1 }).from(${a}).leftJoin(${b}, eq(${b}.column_0, ${a}.column_0))).map((row): string | null => row.column_1)`,
  `(await db.select({ column_7: ${a}.column_7, n: count() }).from(${a}).groupBy(${a}.column_7).having(gt(count(), 5))).map((row): number => row.n)`,
  `(await db.select({ column_2: ${b}.column_2 }).from(${b}).orderBy(desc(${b}.column_3), ${b}.column_0).limit(20).offset(40)).map((row): string => row.column_2)`,
  `(await db.select({ column_1: ${a}.column_1 }).from(${a}).where(inArray(${a}.column_0, db.select({ column_0: ${b}.column_0 }).from(${b}).where(eq(${b}.column_6, true))))).map((row): string => row.column_1)`,
  `(await db.select({ column_1: ${a}.column_1, column_14: ${c}.column_14 }).from(${a}).innerJoin(${b}, eq(${b}.column_0, ${a}.column_0)).innerJoin(${c}, eq(${c}.column_0, ${b}.column_0))).map((row): number | null => row.column_14)`,
  `(await db.select().from(${c}).where(or(gt(${c}.column_8, 5), isNull(${c}.column_4)))).map((row): number => row.column_8)`,
  `await db.update(${a}).set({ column_1: "new", column_8: 5 }).where(and(eq(${a}.column_0, 7n), eq(${a}.column_6, true)))`,
], (number) => `schema.things${number}`, (name) => `db.select({ column_20: ${name}.column_20 }).from(${name})`);
