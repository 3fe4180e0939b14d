/** A decimal has 1 to 38 digits, and no more after the point than in all. */
import type { Catalog } from "../ir/catalog.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { diagnose } from "../diagnostics/messages.ts";
import { typeName } from "../ir/type-name.ts";
import { everyType } from "../ir/walk.ts";

/** Decimals of digits that no engine has. */
export function decimalDigits(catalog: Catalog): Diagnostic[] {
  return everyType(catalog).flatMap(({ type, name, place }) => {
    if (type.kind !== "decimal") return [];
    const { precision, scale } = type;
    const whole = Number.isInteger(precision) && Number.isInteger(scale);
    return whole && precision >= 1 && precision <= 38 && scale >= 0 && scale <= precision ? [] : [diagnose("decimalDigits", place, { column: name, type: typeName(type) })];
  });
}
