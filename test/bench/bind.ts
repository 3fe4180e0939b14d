/**
 * How long binding takes for each view, lineage included, where 100, 200 and 300 of them stand over 1,000 tables of 20 columns: joins of three tables, WITH, a window, a correlated
 * subquery, and a view over the one before. The sizes take turns, each run with an engine of its own, and the medians are compared: a view of many costs what one of few does.
 */
import { bind } from "../../compiler/bind/bind.ts";
import { catalogFormat } from "../../compiler/ir/catalog.ts";
import type { Catalog, Column, SqlPart, Table } from "../../compiler/ir/catalog.ts";
import type { ColumnType } from "../../compiler/ir/column-type.ts";

const tables = 1_000;
const columnsEach = 20;
const sizes = [100, 200, 300] as const;
const rounds = 5;
const goalMs = 5;

const place = { file: "catalog/area/things.ts", line: 1, column: 1, length: 1 };
const types: readonly ColumnType[] = [{ kind: "int64" }, { kind: "text" }, { kind: "decimal", precision: 10, scale: 2 }, { kind: "timestamp" }, { kind: "day" }];

const column = (index: number): Column => ({ name: `c${index}`, type: types[index % types.length] ?? { kind: "text" }, nullable: index % 3 === 0, doc: "", place, words: [], rules: [], unique: false });

function table(name: string, rest: Pick<Table, "source" | "columns">): Table {
  return { database: "area", name, symbol: name, doc: "", place, words: [], tags: [], key: [], partitionBy: [], clusterBy: [], checks: [], ...rest };
}

const stored = Array.from({ length: tables }, (_, number) => table(`things${number}`, { source: { kind: "delta" }, columns: Array.from({ length: columnsEach }, (_, index) => column(index)) }));

/** View `number`, over three tables of its own; every third reads the view before it as well. */
function view(number: number): Table {
  const [a, b, c] = [0, 1, 2].map((offset): SqlPart => ({ table: `area.things${(number * 3 + offset) % tables}`, alias: `t${offset}` }));
  const before = number % 3 === 2 ? ` JOIN area.view${number - 1} v ON v.name = t0.c1` : "";
  const parts: SqlPart[] = [
    "WITH recent AS (SELECT * FROM ", c ?? "", " WHERE c4 > DATE '2026-01-01') SELECT t0.c1 AS name, t0.c0 AS id, sum(t1.c2) AS total, max(t1.c3) AS last, count(*) AS n, ",
    "sum(sum(t1.c2)) OVER (ORDER BY t0.c1) AS running, CASE WHEN t0.c6 = 'x' THEN t0.c7 ELSE t0.c2 END AS price, (SELECT max(r.c2) FROM recent r WHERE r.c0 = t0.c0) AS most FROM ",
    a ?? "", " JOIN ", b ?? "", ` ON t1.c0 = t0.c0${before} WHERE t0.c16 <> 'gone' GROUP BY t0.c1, t0.c0, t0.c6, t0.c7, t0.c2 HAVING count(*) > 1 ORDER BY total DESC LIMIT 100`,
  ];
  return table(`view${number}`, { source: { kind: "view", declared: false, sql: { parts, place } }, columns: [] });
}

interface Took { readonly ms: number; readonly cpuMs: number }

async function timed(views: number): Promise<Took> {
  const catalog: Catalog = { format: catalogFormat, databases: [{ name: "area", doc: "", tables: [...stored, ...Array.from({ length: views }, (_, number) => view(number))] }] };
  const [started, cpu] = [performance.now(), process.cpuUsage()];
  const bound = await bind(catalog);
  const ms = performance.now() - started;
  const { user, system } = process.cpuUsage(cpu);
  const known = bound.catalog.databases.flatMap((database) => database.tables).filter(({ lineage }) => lineage?.columns.every(({ unknown }) => unknown === undefined) === true);
  if (known.length !== views || bound.diagnostics.length > 0) throw new Error(`${known.length} of ${views} views have their lineage: ${bound.diagnostics[0]?.message ?? ""}`);
  return { ms, cpuMs: (user + system) / 1_000 };
}

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
}

const times = new Map(sizes.map((size): [number, Took[]] => [size, []]));
// The first round loads code, and is not counted.
for (let round = 0; round <= rounds; round++) {
  for (const size of sizes) {
    const took = await timed(size);
    if (round > 0) times.get(size)?.push(took);
  }
}
const perView = (figure: keyof Took): { readonly [size: string]: number } =>
  Object.fromEntries(sizes.map((size) => [size, Number((median((times.get(size) ?? []).map((took) => took[figure])) / size).toFixed(2))]));
const [ms, cpuMs] = [perView("ms"), perView("cpuMs")];
const [few, many] = [ms[sizes[0]] ?? Number.NaN, ms[sizes[2]] ?? Number.NaN];
console.log(JSON.stringify({ bench: "bind", tables, views: sizes, msPerView: ms, cpuMsPerView: cpuMs, growth: Number((many / few).toFixed(2)), goalMs, met: many <= goalMs }));
