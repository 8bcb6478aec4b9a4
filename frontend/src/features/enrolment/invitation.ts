/** What the person sees of an invitation before using it. */
export interface Invitation {
  personName: string;
  officeName: string;
  expires: number;
  /** The file as it is; the program checks it against the server's authority. */
  raw: Record<string, unknown>;
}

const longest = 64 * 1024;

/** Reads an invitation file; null when it is something else. */
export async function readInvitation(file: Blob): Promise<Invitation | null> {
  if (file.size > longest) return null;
  try {
    const raw: unknown = JSON.parse(await file.text());
    if (typeof raw !== 'object' || raw === null || !('format' in raw) || !('code' in raw)) return null;
    if (typeof raw.format !== 'string' || !raw.format.startsWith('khonggiay-invitation')) return null;
    const text = (name: string) => {
      const value = (raw as Record<string, unknown>)[name];
      return typeof value === 'string' ? value.normalize('NFC') : '';
    };
    const expires = 'expires' in raw && typeof raw.expires === 'number' ? raw.expires : 0;
    return { personName: text('personName'), officeName: text('officeName'), expires, raw: raw as Record<string, unknown> };
  } catch {
    return null;
  }
}
