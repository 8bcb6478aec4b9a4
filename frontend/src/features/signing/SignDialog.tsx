import { Modal } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { fileUrl, usePicture, useSession, useSigningKeys, type RemoteAsked, type SignedDocument, type SyncStatus } from '@/lib/backend';
import { keys } from '@/lib/queries';
import { Empty, Failure, Loading, notify, PdfView, type PageFrame, type PdfHandle, type PdfPlace } from '@/ui';
import { AskedPanel, type Asked } from './AskedPanel';
import { firstKey, keysFor } from './choice';
import { DocumentsPart } from './DocumentsPart';
import { KeyChoice } from './KeyChoice';
import { PlaceLayer } from './PlaceLayer';
import type { PlaceKind, Places } from './places';
import { PlacesPanel } from './PlacesPanel';
import { PresignWarnings } from './PresignWarnings';
import { RemoteFooter } from './RemoteFooter';
import { Results } from './Results';
import { SignFooter } from './SignFooter';
import { actionOf } from './state';
import { endSigning, type SigningAsk } from './store';
import { useObjectUrl } from './useObjectUrl';
import { useSigning, type Item, type Signing } from './useSigning';
import classes from './sign-dialog.module.css';

/**
 * Signs documents: on the left the paper as it will be signed, on the right what
 * is signed, where, and with which key. Nothing is signed that is not shown here.
 */
export default function SignDialog({ ask }: { ask: SigningAsk }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const signing = useSigning(ask);
  const [busy, setBusy] = useState(false);
  const [done, setDone] = useState<readonly SignedDocument[] | null>(null);
  const [asked, setAsked] = useState<Asked | null>(null);
  const title = ask.ids.length === 1 ? t(`action.${actionOf[ask.kind]}`) : t(`signing.title.${ask.kind}`, { count: ask.ids.length });
  const finish = (results: SignedDocument[]) => {
    if (results.length === 1 && results[0] && !results[0].problem) {
      const text = t(`signing.done.${ask.kind}`);
      const line = client.getQueryData<SyncStatus>(keys.sync())?.state;
      if (line !== undefined && line !== 'online') notify.waiting(t('act.waiting', { text }));
      else notify.ok(text);
      return endSigning();
    }
    setDone(results);
  };
  const wait = (answer: RemoteAsked) => {
    if (answer.request) setAsked({ ...answer, request: answer.request, at: Date.now() });
    else setDone(answer.documents);
  };
  const small = done !== null || asked !== null;
  return (
    <Modal
      opened
      onClose={() => !busy && endSigning()}
      title={title}
      size={small ? 680 : 'min(1360px, 98vw)'}
      xOffset="1vw"
      yOffset={small ? '12vh' : '2vh'}
      padding={0}
      classNames={{ header: classes.header, body: classes.body }}
      closeButtonProps={{ 'aria-label': t('action.close'), disabled: busy }}
      closeOnClickOutside={false}
      transitionProps={{ duration: 0 }}
    >
      {asked ? <AskedPanel asked={asked} items={signing.items} onClose={endSigning} /> : done ? <Results items={signing.items} results={done} onClose={endSigning} /> : <Sheet ask={ask} signing={signing} busy={busy} onBusy={setBusy} onDone={finish} onAsked={wait} />}
    </Modal>
  );
}

interface SheetProps {
  ask: SigningAsk;
  signing: Signing;
  busy: boolean;
  onBusy: (busy: boolean) => void;
  onDone: (results: SignedDocument[]) => void;
  onAsked: (asked: RemoteAsked) => void;
}

function Sheet({ ask, signing, busy, onBusy, onDone, onAsked }: SheetProps) {
  const { kind } = ask;
  const { data: session } = useSession();
  const keysQuery = useSigningKeys();
  const [shownId, setShownId] = useState(ask.ids[0] ?? '');
  const [chosen, setChosen] = useState<string>();
  const [failed, setFailed] = useState<unknown>(null);
  const shown = signing.items.find((item) => item.id === shownId) ?? signing.items[0];
  const found = keysFor(keysQuery.data?.keys ?? [], kind);
  const names = { person: session?.person?.name, organ: shown?.doc?.unit.name };
  const key = found.find((candidate) => candidate.id === chosen) ?? firstKey({ keys: found }, kind, names);
  const choice = <KeyChoice query={keysQuery} kind={kind} value={key?.id} onChange={setChosen} />;
  const [place, setPlace] = useState<PdfPlace>();
  const paper = useRef<PdfHandle>(null);
  const onShow = useCallback((page: number) => paper.current?.goTo(page + 1), []);

  const submit = async (pin: string) => {
    if (!key) return;
    setFailed(null);
    onBusy(true);
    try {
      onDone(await signing.sign(key.id, pin));
    } catch (error) {
      setFailed(error);
      void keysQuery.refetch(); // tells how many tries are left
    } finally {
      onBusy(false);
    }
  };
  const remote = key?.remote;
  const askPhone = async (pin: string, otp: string) => {
    if (!key) return;
    setFailed(null);
    onBusy(true);
    try {
      onAsked(await signing.ask(key.id, pin, otp));
    } catch (error) {
      setFailed(error);
    } finally {
      onBusy(false);
    }
  };
  return (
    <div className={classes.sheet}>
      <div className={classes.paper}>{shown && <Paper key={shown.id} item={shown} paper={paper} onPlace={setPlace} onChange={(places) => signing.change(shown.id, { places })} />}</div>
      <div className={classes.side}>
        <div className={classes.scroll}>
          <DocumentsPart kind={kind} copy={ask.copy} signing={signing} shown={shown} onShow={setShownId} />
          {shown?.read && !shown.problem && (
            <PresignWarnings key={shown.id} kind={kind} item={shown} onShow={onShow} onAccept={(accepted) => signing.change(shown.id, { accepted })} onAgain={() => signing.again(shown.id)} />
          )}
          {found.length === 0 && choice}
          {kind === 'person' && shown?.read && !shown.problem && !shown.searching && (
            <PlacesPanel item={shown} frames={shown.found?.frames ?? {}} pages={place?.pages ?? 1} current={(place?.page ?? 1) - 1} onChange={(places) => signing.change(shown.id, { places })} onShow={onShow} />
          )}
          {found.length > 0 && choice}
        </div>
        {key && remote
          ? <RemoteFooter kind={kind} signing={signing} id={key.id} remote={remote} busy={busy} failed={failed} onSubmit={askPhone} />
          : <SignFooter kind={kind} signing={signing} chosen={key} busy={busy} failed={failed} onSubmit={submit} />}
      </div>
    </div>
  );
}

interface PaperProps {
  item: Item;
  paper: { current: PdfHandle | null };
  onPlace: (place: PdfPlace) => void;
  onChange: (places: Places) => void;
}

function Paper({ item, paper, onPlace, onChange }: PaperProps) {
  const { t } = useTranslation();
  const { doc, read, places } = item;
  const signature = useObjectUrl(usePicture('person').data);
  const seal = useObjectUrl(usePicture('organ').data);
  const pictures = useMemo<Partial<Record<PlaceKind, string>>>(() => ({ signature, seal }), [signature, seal]);
  const latest = useRef(onChange);
  latest.current = onChange;
  const overlay = useCallback(
    (frame: PageFrame, scale: number) => <PlaceLayer frame={frame} scale={scale} places={places} pictures={pictures} onChange={(next) => latest.current(next)} />,
    [places, pictures],
  );
  if (item.error) return <Failure error={item.error} />;
  if (!doc) return <Loading lines={12} />;
  if (!read) return <Empty title={doc.subject} text={t('error.sign.not_pdf')} />;
  return <PdfView ref={paper} url={fileUrl(doc.id, read.file.key)} name={read.file.name} onPlace={onPlace} overlay={overlay} />;
}
