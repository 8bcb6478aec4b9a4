import { Button } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { useEffect, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useCommands } from '@/lib/commands';
import { errorText } from '@/lib/errors';
import { navigate } from '@/lib/router';
import { Empty, Kbd, Page, PageHeader, PdfView, SplitPane } from '@/ui';
import { FileDrop, useDrop } from './FileDrop';
import type { Uploads } from './uploads';
import classes from './entry.module.css';

interface Props {
  title: string;
  sub?: string;
  back: string;
  uploads: Uploads;
  onFiles: (files: File[]) => void;
  dropText?: string;
  dropTitle?: string;
  /** What is read while no new file was chosen. */
  current?: ReactNode;
  /** What is read stays the document itself; files that are chosen are attached to it. */
  pinned?: boolean;
  submit: string;
  missing: string | null;
  onSubmit: () => Promise<unknown>;
  /** Left of the button. */
  note?: ReactNode;
  children: ReactNode;
}

/** A screen to enter a document: the paper on the left, its fields on the right. */
export function EntryFrame(props: Props) {
  const { t } = useTranslation();
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<unknown>(null);
  const { over, handlers } = useDrop(props.onFiles);

  const send = async () => {
    if (busy || props.missing) return;
    setBusy(true);
    setFailed(null);
    try {
      await props.onSubmit();
    } catch (error) {
      setFailed(error);
    }
    setBusy(false);
  };
  // Ctrl+Enter also from the paper or from nowhere.
  const latest = useRef(send);
  useEffect(() => {
    latest.current = send;
  });
  useCommands(useMemo(() => [{ id: 'compose.submit', label: 'command.compose.submit', group: 'document' as const, hotkeys: ['mod+enter'], run: () => void latest.current() }], []));

  // Before the fields hear it: a choice would open its list at Enter.
  const onKeyDownCapture = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || (!event.ctrlKey && !event.metaKey)) return;
    event.preventDefault();
    event.stopPropagation();
    void send();
  };
  const form = (
    // The form only listens to Ctrl+Enter in its fields.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <form
      className={classes.form}
      aria-label={props.title}
      noValidate
      onKeyDownCapture={onKeyDownCapture}
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <div className={classes.fields}>{props.children}</div>
      <footer className={classes.foot}>
        {failed !== null && <p role="alert" className={classes.failed}>{errorText(failed)}</p>}
        <div className={classes.buttons}>
          <span className={classes.note}>{props.missing ?? props.note ?? <Kbd keys="mod+enter" />}</span>
          <Button type="submit" loading={busy} disabled={props.missing !== null}>{props.submit}</Button>
        </div>
      </footer>
    </form>
  );
  return (
    <Page
      fixed
      header={
        <PageHeader title={props.title} sub={props.sub}>
          <Button variant="subtle" color="gray" leftSection={<IconArrowLeft size={16} />} onClick={() => navigate(props.back)}>{t('action.back')}</Button>
        </PageHeader>
      }
    >
      <div className={classes.screen} data-over={over || undefined} {...handlers}>
        <SplitPane id="entry" initial={480} min={400} minLeft={320} left={<Paper uploads={props.uploads} onFiles={props.onFiles} text={props.dropText} title={props.dropTitle} current={props.current} pinned={props.pinned} />} right={form} />
      </div>
    </Page>
  );
}

interface PaperProps {
  uploads: Uploads;
  onFiles: (files: File[]) => void;
  text?: string;
  title?: string;
  current?: ReactNode;
  pinned?: boolean;
}

/** The document as it will be sent: read from the file itself, before it has gone anywhere. */
function Paper({ uploads, onFiles, text, title, current, pinned }: PaperProps) {
  const { t } = useTranslation();
  const main = uploads.list[0];
  if (!main && !current) return <FileDrop large uploads={uploads} onFiles={onFiles} text={text} />;
  return (
    <div className={classes.paper}>
      <div className={classes.files}><FileDrop uploads={uploads} onFiles={onFiles} title={main || pinned ? t('compose.drop.more') : title} /></div>
      <div className={classes.view}>
        {pinned || !main ? current : isPdf(main.name) ? <PdfView file={main.file} name={main.name} /> : <Empty title={t('doc.no_preview')} text={t('doc.no_preview.text')} />}
      </div>
    </div>
  );
}

const isPdf = (name: string) => name.toLowerCase().endsWith('.pdf');
