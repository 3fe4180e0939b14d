/**
 * Makes part.parquet, the parts of the demonstration catalog, in the manner of TPC-H's part table. Everything follows from the
 * part's number, so that a second run makes the same rows: `node test/data/part.ts`.
 */
import { fileURLToPath } from "node:url";
import { DuckDBInstance } from "@duckdb/node-api";

const parts = 2_000;
const colours = "almond azure beige blush chocolate cornsilk forest ghost honeydew khaki lavender linen maroon midnight olive orchid peru plum salmon sienna".split(" ");
const finishes = "STANDARD SMALL MEDIUM LARGE ECONOMY PROMO".split(" ");
const treatments = "ANODIZED BURNISHED PLATED POLISHED BRUSHED".split(" ");
const materials = "TIN NICKEL BRASS STEEL COPPER".split(" ");
const sizes = "SM MED LG JUMBO WRAP".split(" ");
const boxes = "CASE BOX BAG JAR PKG PACK CAN DRUM".split(" ");

const list = (words: readonly string[]): string => `[${words.map((word) => `'${word}'`).join(", ")}]`;
const pick = (words: readonly string[], step: number): string => `${list(words)}[1 + (i * ${step} + i // ${words.length}) % ${words.length}]`;

const select = `
  SELECT i AS p_partkey,
         ${pick(colours, 7)} || ' ' || ${pick(colours, 11)} AS p_name,
         'Manufacturer#' || (1 + ((i - 1) % 25) // 5) AS p_mfgr,
         'Brand#' || (1 + (i - 1) % 25) AS p_brand,
         ${pick(finishes, 5)} || ' ' || ${pick(treatments, 3)} || ' ' || ${pick(materials, 2)} AS p_type,
         CAST(1 + (i * 37) % 50 AS INTEGER) AS p_size,
         ${pick(sizes, 3)} || ' ' || ${pick(boxes, 5)} AS p_container,
         CAST((90000 + (i // 10) % 20001 + 100 * (i % 1000)) / 100.0 AS DECIMAL(12, 2)) AS p_retailprice,
         'packed by ' || ${pick(colours, 13)} AS p_comment
  FROM range(1, ${parts + 1}) AS numbers(i) ORDER BY i`;

const connection = await (await DuckDBInstance.create(":memory:")).connect();
const target = fileURLToPath(new URL("./part.parquet", import.meta.url));
await connection.run(`COPY (${select}) TO '${target.replaceAll("'", "''")}' (FORMAT parquet, COMPRESSION zstd)`);
connection.closeSync();
