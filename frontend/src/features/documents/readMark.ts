/**
 * The id of a person's read mark on a document: a UUIDv8 (RFC 9562) of SHA-256
 * over length-prefixed parts, the same that the server derives.
 */
export async function readMarkId(person: string, doc: string): Promise<string> {
  const parts = ['read', person, doc].map((part) => new TextEncoder().encode(part));
  const bytes = new Uint8Array(parts.reduce((size, part) => size + 4 + part.length, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const part of parts) {
    view.setUint32(at, part.length);
    bytes.set(part, at + 4);
    at += 4 + part.length;
  }
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)).slice(0, 16);
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x80;
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
