/** The messages of the benches on the hot path, 200 bytes each, and the class of the table they feed. */

export const body = "@key() id: Int64;\nseen_at: Timestamp;\nname: Text;\nfare: Decimal<10, 2>;\ndistance: Float64;\npeople: Int32;\npaid: Bool;\nnote: Text;";

const bytes = 200;
const firstMs = Date.UTC(2026, 7, 1);

/** The message of a number, as JSON text of exactly 200 bytes. */
export function messageText(id: number, seenAtMs: number = firstMs + id): string {
  const text = JSON.stringify({ id, seen_at: new Date(seenAtMs).toISOString(), name: `rider number ${id}`, fare: (id % 10_000) / 4, distance: id * 1.1, people: id % 8, paid: id % 2 === 0, note: "" });
  return `${text.slice(0, -2)}${"x".repeat(bytes - text.length)}"}`;
}
