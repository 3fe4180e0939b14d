import { expect, test } from "vitest";
import type { Metadata } from "../../../runtime/delta/actions/actions.ts";
import { retentionMs } from "../../../runtime/delta/maintenance/retention.ts";

const metadata = (interval?: string): Metadata => ({
  id: "1", format: { provider: "parquet", options: {} }, schemaString: "{}", partitionColumns: [], configuration: interval === undefined ? {} : { "delta.deletedFileRetentionDuration": interval },
});
const hour = 3_600_000;

test.each([[undefined, 168 * hour], ["interval 1 week", 168 * hour], ["interval 2 days 3 hours", 51 * hour], ["INTERVAL 90 MINUTES", 1.5 * hour], ["10 seconds", 10_000], ["interval 1500 milliseconds", 1_500]] as const)("%s is %d ms", (text, ms) => {
  expect(retentionMs(metadata(text))).toBe(ms);
});

test.each(["", "interval", "a week", "interval -1 day", "interval 1 month", "interval 1", "7"])("%j is CONFIG_INVALID", (text) => {
  expect(() => retentionMs(metadata(text))).toThrow(expect.objectContaining({ code: "CONFIG_INVALID", message: expect.stringContaining(`"${text}"`) }));
});
