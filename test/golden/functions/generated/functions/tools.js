// Written by `neuralake compile` from catalog/. Do not edit: change the catalog and compile again.

const seconds = 60;
function minutes(count) {
    return count * seconds;
}
/**
 * A tick each minute.
 * @param count how many
 * @param label what each is called
 */
export async function ticks(count, label = "short") {
    return Array.from({ length: count }, (_, tick) => ({ second: minutes(tick), label }));
}
/** Three of them. */
export function three() {
    return [0, 1, 2].map((second) => ({ second, label: null }));
}
