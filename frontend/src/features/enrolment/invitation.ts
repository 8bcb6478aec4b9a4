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
  return file.size > longest ? null : parseInvitation(await file.text().catch(() => ''));
}

/** Where the program puts an invitation file that the person opened from a folder. */
const screen = '/moi/';

/** Whether the address holds an invitation. */
export const isOffer = (path: string) => path.startsWith(screen);

/** The invitation in an address, which the program has checked; null when there is none. */
export function offeredInvitation(path: string): Invitation | null {
  if (!isOffer(path)) return null;
  try {
    const bytes = atob(path.slice(screen.length).replaceAll('-', '+').replaceAll('_', '/'));
    return parseInvitation(new TextDecoder().decode(Uint8Array.from(bytes, (c) => c.charCodeAt(0))));
  } catch {
    return null;
  }
}

function parseInvitation(file: string): Invitation | null {
  try {
    const raw: unknown = JSON.parse(file);
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
