// Written by `neuralake compile` from catalog/. Do not edit: change the catalog and compile again.

const worth = { EUR: "1.000000", USD: "0.920000", JPY: "0.006100" };
/** Currencies that tills take. */
export function currencies() {
    return Object.entries(worth).map(([code, inEuros]) => ({ code, in_euros: inEuros }));
}
/**
 * Discounts, as the loyalty service tells them.
 * @param atLeast leave out smaller ones
 */
export async function discounts(atLeast = 1) {
    const all = await Promise.resolve([{ customer_id: 1n, percent: 10 }, { customer_id: 2n, percent: 5 }]);
    return all.filter(({ percent }) => percent >= atLeast);
}
/**
 * Counts, a row at a time.
 * @param upTo the last one
 */
export async function* ticks(upTo = 3) {
    for (let tick = 1; tick <= upTo; tick++)
        yield await Promise.resolve({ tick });
}
/**
 * Letters to those who come again and again, read out of two tables of this lake.
 * @param atLeast leave out who came less often
 */
export async function* letters(lake, atLeast = 2) {
    for await (const regular of lake.rows("shop.regulars")) {
        if (regular.orders < BigInt(atLeast))
            continue;
        for await (const { name } of lake.rows("shop.customers", { columns: ["name"], where: { customer_id: regular.customer_id }, limit: 1 })) {
            yield { name, text: `Dear ${name}, thank you for ${regular.total} euros.` };
        }
    }
}
