/** SQL as people write it: names quoted only where the engine needs it. What the engine is sent is always quoted: `quoteName`. */
import { quoteName } from "../ir/names.ts";

/** The words DuckDB never takes as a bare name (duckdb_keywords(), category reserved). */
const reserved = new Set(("all analyse analyze and any array as asc asymmetric both case cast check collate column constraint create default deferrable desc "
  + "describe distinct do else end except false fetch for foreign from grant group having in initially intersect into lambda lateral leading "
  + "limit not null offset on only or order pivot pivot_longer pivot_wider placing primary qualify references returning select show some "
  + "summarize symmetric table then to trailing true union unique unpivot using variadic when where window with").split(" "));

/** `origin`, `"order"`, `"Été"`. */
export function plainName(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !reserved.has(name.toLowerCase()) ? name : quoteName(name);
}
