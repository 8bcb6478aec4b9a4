/** As the API takes them. */
export const mostPictureBytes = 2 << 20;

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** Whether a file begins as a PNG does (ISO/IEC 15948, 5.2), whatever it is called. */
export async function isPNG(file: Blob): Promise<boolean> {
  const head = new Uint8Array(await file.slice(0, signature.length).arrayBuffer());
  return signature.every((byte, i) => head[i] === byte);
}
