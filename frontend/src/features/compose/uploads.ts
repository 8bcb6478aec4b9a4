import { useCallback, useRef, useState } from 'react';
import { api, useCatalog, type NewFile, type Upload } from '@/lib/backend';
import { ApiError } from '@/lib/errors';

/** A file on its way into the sealed store of this machine or the server. */
export interface Sending {
  id: number;
  name: string;
  size: number;
  /** The file itself, to read it before it was sent. */
  file: File;
  /** 0 to 1. */
  progress: number;
  upload?: Upload;
  error?: unknown;
}

export interface Uploads {
  list: readonly Sending[];
  add: (files: Iterable<File>) => void;
  /** Sends one that failed once more. */
  again: (item: Sending) => void;
  remove: (id: number) => void;
  clear: () => void;
  /** Pages of the document itself, when its file tells. */
  pages: number | undefined;
  busy: boolean;
  failed: boolean;
  /** For a command's `files`: the first is the document itself, the others are attached. */
  files: () => NewFile[];
}

/** Sends files at once when they are chosen, each with its progress. */
export function useUploads(): Uploads {
  const { data: catalog } = useCatalog();
  const most = catalog?.maxUpload ?? Number.POSITIVE_INFINITY;
  const [list, setList] = useState<Sending[]>([]);
  const next = useRef(1);
  const stops = useRef(new Map<number, AbortController>());

  const change = useCallback((id: number, patch: Partial<Sending>) => setList((old) => old.map((item) => (item.id === id ? { ...item, ...patch } : item))), []);
  const send = useCallback(
    (id: number, file: File) => {
      const stop = new AbortController();
      stops.current.set(id, stop);
      change(id, { progress: 0, error: undefined });
      api.upload(file, (progress) => change(id, { progress }), stop.signal).then(
        (upload) => change(id, { upload, name: upload.name, progress: 1 }),
        (error: unknown) => !stop.signal.aborted && change(id, { error }),
      );
    },
    [change],
  );
  const add = useCallback(
    (files: Iterable<File>) => {
      for (const file of files) {
        const id = next.current++;
        const error = file.size > most ? new ApiError('invalid', 'upload.too_large', { maxBytes: most }) : undefined;
        setList((old) => [...old, { id, name: file.name.normalize('NFC'), size: file.size, file, progress: 0, error }]);
        if (!error) send(id, file); // what is too large is told before it is sent for minutes
      }
    },
    [send, most],
  );
  const remove = useCallback((id: number) => {
    stops.current.get(id)?.abort();
    stops.current.delete(id);
    setList((old) => old.filter((item) => item.id !== id));
  }, []);
  const clear = useCallback(() => {
    for (const stop of stops.current.values()) stop.abort();
    stops.current.clear();
    setList([]);
  }, []);
  return {
    list,
    add,
    again: ({ id, file }) => send(id, file),
    remove,
    clear,
    pages: list[0]?.upload?.pages,
    busy: list.some((item) => !item.upload && !item.error),
    failed: list.some((item) => item.error !== undefined),
    files: () => newFiles(list),
  };
}

/** The first file is the document itself (role 0), later ones are attachments (role 1). */
export function newFiles(list: readonly Sending[]): NewFile[] {
  return list.flatMap(({ upload, name }, i) => (upload ? [{ name: upload.name || name, media: upload.media, role: i === 0 ? 0 : 1, sha256: upload.sha256 }] : []));
}
