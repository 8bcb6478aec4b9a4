import { useQueries, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { firstSigner, signerOptions } from '@/features/compose';
import { api, fileUrl, useCatalog, useSession, type Doc, type FileInfo, type RemoteAsked, type SignDocument, type SignedDocument } from '@/lib/backend';
import { asApiError } from '@/lib/errors';
import { usePeople } from '@/lib/people';
import { keys } from '@/lib/queries';
import { orderPlaces } from './moving';
import type { Found, Places, Warning } from './places';
import { presignAllows, type Presign } from './presign';
import { PlaceReader, type Reading } from './reading';
import { signProblem } from './state';
import type { SigningAsk } from './store';
import { usePresigns } from './usePresigns';

/** The version that the person has before him; a later one is refused, not taken along. */
interface Read {
  revision: number;
  content: string;
  file: FileInfo;
}

/** One document of the dialog. */
export interface Item {
  id: string;
  doc?: Doc;
  /** It could not be loaded. */
  error?: unknown;
  read?: Read;
  /** A key of words: why it cannot be signed. */
  problem?: string;
  /** There is a newer version than the one that is shown. */
  outdated: boolean;
  /** The places are still being looked for. */
  searching: boolean;
  found?: Found;
  /** Its text could not be read. */
  unread?: unknown;
  places: Places;
  warnings: readonly Warning[];
  /** The person agrees that the signature is not seen on any page. */
  unseen: boolean;
  /** What could deceive whoever signs its file. */
  presign: Presign;
  /** The person has looked at that and signs all the same. */
  accepted: boolean;
  /** Left out by the person. */
  out: boolean;
  /** Files of their own that are sealed with the document. */
  attachments: readonly FileInfo[];
  /** Of those, the keys of the ones that the person left out. */
  without: readonly number[];
  form: string;
  forms: ReadonlyArray<{ form: string; title?: string }>;
}

interface Own {
  places?: Places;
  unseen?: boolean;
  accepted?: boolean;
  out?: boolean;
  without?: readonly number[];
  form?: string;
}

export interface Signing {
  items: readonly Item[];
  /** Those that the button signs. */
  ready: readonly Item[];
  /** Documents whose places have been looked for, of how many. */
  searched: number;
  change: (id: string, own: Own) => void;
  /** Looks at a file again that could not be looked at. */
  again: (id: string) => void;
  sign: (key: string, pin: string) => Promise<SignedDocument[]>;
  /** Has the telephone ask, for a key at a provider. */
  ask: (key: string, pin: string, otp: string) => Promise<RemoteAsked>;
}

/** Whether the button signs it. */
export function isReady(item: Item, kind: SigningAsk['kind']): boolean {
  return isPlaced(item, kind) && presignAllows(item.presign, kind, item.accepted);
}

/** Whether it could be signed, whatever is found in its file. */
export function isPlaced(item: Item, kind: SigningAsk['kind']): boolean {
  if (!item.read || item.problem || item.out || item.searching || item.outdated) return false;
  return kind !== 'person' || item.places.signature !== undefined || item.unseen;
}

/** The documents that are to be signed, each as it was when it came up, with the places of what is drawn on it. */
export function useSigning({ kind, ids, copy }: SigningAsk): Signing {
  const client = useQueryClient();
  const people = usePeople();
  const { data: session } = useSession();
  const { data: catalog } = useCatalog();
  const queries = useQueries({ queries: ids.map((id) => ({ queryKey: keys.document(id), queryFn: ({ signal }: { signal: AbortSignal }) => api.document(id, signal) })) });
  const [reads, setReads] = useState<Record<string, { read?: Read; problem?: string }>>({});
  const [readings, setReadings] = useState<Record<string, Reading>>({});
  const [own, setOwn] = useState<Record<string, Own>>({});
  // While the laptop signs, new versions are its own.
  const [giving, setGiving] = useState(false);
  const me = session?.person;
  const reader = useRef<PlaceReader>(undefined);
  useEffect(() => {
    const mine = new PlaceReader((id, reading) => setReadings((old) => ({ ...old, [id]: reading })));
    reader.current = mine;
    setReads({});
    setReadings({});
    return () => mine.stop();
  }, []);

  // What comes up first is what the person reads and signs.
  const fresh = queries.map((query) => (query.isFetching ? undefined : query.data)).filter((doc): doc is Doc => doc !== undefined && !(doc.id in reads));
  useEffect(() => {
    if (fresh.length === 0 || !me) return;
    setReads((old) => ({ ...old, ...Object.fromEntries(fresh.map((doc) => [doc.id, { read: readOf(doc), problem: signProblem(doc, kind) }])) }));
    if (kind !== 'person') return;
    for (const doc of fresh) {
      const read = readOf(doc);
      const signer = { name: doc.signerName || people.name(doc.signer) || me.name, title: doc.signerTitle };
      if (read && !signProblem(doc, kind)) reader.current?.add({ id: doc.id, url: fileUrl(doc.id, read.file.key), signer });
    }
  }, [fresh, kind, me, people]);

  const { found: presigns, again } = usePresigns(ids.flatMap((id) => {
    const { read, problem } = reads[id] ?? {};
    return read && !problem ? [{ id, file: read.file.key }] : [];
  }));

  const items = ids.map((id, i): Item => {
    const { data: doc, error } = queries[i] ?? {};
    const { read, problem } = reads[id] ?? {};
    const reading = readings[id];
    const found = reading && !('error' in reading) ? reading : undefined;
    const mine = own[id] ?? {};
    const forms = doc && me ? signerOptions(catalog?.authorities ?? [], doc.unit.id, doc.type).filter((option) => option.person === me.id) : [];
    const proposed = forms.find((option) => option.form === (doc?.signerForm ?? '')) ?? forms[0];
    return {
      id, doc, error: doc ? undefined : error, read, problem, forms, found,
      outdated: Boolean(doc && read && !giving && (doc.revision !== read.revision || doc.mainSHA256 !== read.content)),
      searching: kind === 'person' && read !== undefined && !problem && reading === undefined,
      unread: reading && 'error' in reading ? reading.error : undefined,
      places: mine.places ?? found?.places ?? {}, warnings: found?.warnings ?? [], unseen: mine.unseen ?? false,
      presign: presigns[id], accepted: mine.accepted ?? false, out: mine.out ?? false,
      attachments: kind === 'organ' && doc ? attachmentsOf(doc) : [], without: mine.without ?? [],
      form: mine.form ?? firstSigner(proposed ? [proposed] : []).form,
    };
  });
  const ready = items.filter((item) => isReady(item, kind));
  const change = useCallback((id: string, next: Own) => setOwn((old) => ({ ...old, [id]: { ...old[id], ...next } })), []);
  const chosen = () => ready.flatMap((item): SignDocument[] => (item.read ? [{
      id: item.id, revision: item.read.revision, content: item.read.content,
      ...(kind === 'person' ? { form: (item.form || undefined) as SignDocument['form'], places: orderPlaces(item.places) } : { copy, attachments: sealedOf(item) }),
    }] : []));
  const sign = async (key: string, pin: string) => {
    setGiving(true);
    const done = await api.sign({ key, pin: pin || undefined, kind, documents: chosen() }).catch((error: unknown) => {
      setGiving(false);
      throw error;
    });
    // The person hears of it at once; lists follow.
    for (const queryKey of [['document'], ['documents'], ['desk'], ['sync']]) void client.invalidateQueries({ queryKey });
    return done;
  };
  const ask = async (key: string, pin: string, otp: string) => {
    if (kind === 'copy') throw new Error('a copy is sealed with a device'); // no key at a provider is offered for one
    const asked = await api.askRemoteSigning({ key, pin: pin || undefined, otp: otp || undefined, kind, documents: chosen() });
    setGiving(true); // it signs by itself
    void client.invalidateQueries({ queryKey: keys.signingRequests() });
    return asked;
  };
  return { items, ready, searched: items.filter((item) => !item.searching).length, change, again, sign, ask };
}

/** Keys of the attachments that are sealed with the document; undefined for none. */
export function sealedOf({ attachments, without }: Pick<Item, 'attachments' | 'without'>): number[] | undefined {
  const taken = attachments.filter((file) => !without.includes(file.key)).map((file) => file.key);
  return taken.length > 0 ? taken : undefined;
}

function attachmentsOf(doc: Doc): FileInfo[] {
  return doc.files.filter((file) => file.newest && file.role === 1 && file.media === 'application/pdf');
}

function readOf(doc: Doc): Read | undefined {
  const file = doc.files.find((candidate) => candidate.newest && candidate.role === 0 && candidate.media === 'application/pdf');
  return file && doc.mainSHA256 ? { revision: doc.revision, content: doc.mainSHA256, file } : undefined;
}

/** The wrong PIN is answered by a field, not by a message. */
export const isWrongPIN = (error: unknown): boolean => asApiError(error).reason === 'sign.pin_wrong';
