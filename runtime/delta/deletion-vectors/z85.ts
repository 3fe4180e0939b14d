/** Z85 (ZeroMQ RFC 32): every four bytes as five letters that a JSON string holds as they are (protocol, "Deletion Vectors"). */

const letters = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";
const values = new Map([...letters].map((letter, value) => [letter, value]));

/** The bytes of a text; undefined when it is none of Z85. */
export function decodeZ85(text: string): Uint8Array | undefined {
  if (text.length % 5 !== 0) return undefined;
  const bytes = new Uint8Array((text.length / 5) * 4);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < text.length; at += 5) {
    let word = 0;
    for (const letter of text.slice(at, at + 5)) word = word * letters.length + (values.get(letter) ?? Number.NaN);
    if (!(word < 2 ** 32)) return undefined;
    view.setUint32((at / 5) * 4, word);
  }
  return bytes;
}

/** The text of bytes, filled up with zeros to four. */
export function encodeZ85(bytes: Uint8Array): string {
  const filled = new Uint8Array(Math.ceil(bytes.length / 4) * 4);
  filled.set(bytes);
  const view = new DataView(filled.buffer);
  let text = "";
  for (let at = 0; at < filled.length; at += 4) {
    const word = view.getUint32(at);
    for (let power = letters.length ** 4; power >= 1; power /= letters.length) text += letters[Math.floor(word / power) % letters.length];
  }
  return text;
}
