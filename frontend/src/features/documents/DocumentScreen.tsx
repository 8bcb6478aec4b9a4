import { ActionIcon, Tooltip } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { IconArrowLeft, IconChevronDown, IconChevronUp } from '@tabler/icons-react';
import { useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDocument, type Doc } from '@/lib/backend';
import { useCommands, type Command } from '@/lib/commands';
import { navigate, paths, useLocation, useParams, useSearch } from '@/lib/router';
import { Loaded, SplitPane, TabStrip, useTabKeys } from '@/ui';
import { ActionBar } from './ActionBar';
import type { Chosen } from './chosen';
import { DocumentHead } from './DocumentHead';
import { NextBox } from './NextBox';
import { FieldsPane, FilesPane, RecipientsPane } from './panes';
import { Reading } from './Reading';
import { Timeline } from './Timeline';
import { stepsFrom } from './trail';
import { useDocActions } from './useDocActions';
import { useOpened } from './useOpened';
import classes from './document.module.css';

/** One document: the paper on the left; what is happening, its fields, recipients and files on the right. */
export default function DocumentScreen() {
  const { id = '' } = useParams<{ id: string }>();
  const query = useDocument(decodeURIComponent(id));
  return <Loaded query={query} lines={10}>{(doc) => <DocumentPage key={doc.id} doc={doc} fetching={query.isFetching} />}</Loaded>;
}

type TabId = 'work' | 'fields' | 'recipients' | 'files';

function DocumentPage({ doc, fetching }: { doc: Doc; fetching: boolean }) {
  const { t } = useTranslation();
  const actions = useDocActions(doc, fetching ? doc.id : '', new URLSearchParams(useSearch()).get('viec') ?? undefined);
  const [tab, setTab] = useState<TabId>('work');
  const [file, setFile] = useState<Chosen | undefined>();
  const { ref, width } = useElementSize<HTMLElement>();
  const room = width === 0 || width > 1300 ? 3 : width > 900 ? 2 : 1;
  useOpened(doc);
  const ids: readonly TabId[] = doc.direction === 'outgoing' ? ['work', 'fields', 'recipients', 'files'] : ['work', 'fields', 'files'];
  const counts: Partial<Record<TabId, number>> = { recipients: doc.recipients.length, files: doc.files.filter((candidate) => candidate.newest).length };
  useTabKeys(ids.map((id) => `doc.tab.${id}`), (at) => setTab(ids[at] ?? 'work'));

  const side = (
    <div className={classes.side}>
      {actions.form ?? (
        <>
          <TabStrip className={classes.tabs} label={t('doc.tabs')} tabs={ids.map((id) => ({ id, label: t(`doc.tab.${id}`), count: counts[id] }))} value={tab} onChange={setTab} panel="doc-side" />
          <div className={classes.scroll} role="tabpanel" tabIndex={0} id="doc-side" aria-labelledby={`doc-side-${tab}`}>
            {tab === 'work' && <div className={classes.work}><NextBox doc={doc} /><Timeline doc={doc} actions={actions} /></div>}
            {tab === 'fields' && <FieldsPane doc={doc} />}
            {tab === 'recipients' && <RecipientsPane doc={doc} />}
            {tab === 'files' && <FilesPane doc={doc} onRead={setFile} />}
          </div>
        </>
      )}
    </div>
  );
  return (
    <div className={classes.screen}>
      <header ref={ref} className={classes.top}>
        <Steps doc={doc} />
        <div className={classes.titles}><DocumentHead doc={doc}><ActionBar actions={actions} room={room} /></DocumentHead></div>
      </header>
      <div className={classes.body}>
        <SplitPane id="document" initial={430} min={340} minLeft={340} left={<Reading doc={doc} chosen={file} onChoose={setFile} />} right={side} />
      </div>
    </div>
  );
}

/** Back to the list, and to its next or previous document. */
function Steps({ doc }: { doc: Doc }) {
  const { t } = useTranslation();
  const [location] = useLocation();
  const steps = stepsFrom(doc.id);
  const home = steps.from || (location.startsWith(paths.drafts) ? paths.drafts : doc.direction === 'incoming' ? paths.incoming : paths.outgoing);
  const to = useCallback((id: string | undefined) => id && navigate(location.replace(/[^/]+$/, encodeURIComponent(id))), [location]);
  const { previous, next } = steps;
  useCommands(useMemo<Command[]>(
    () => [
      { id: 'documents.back', label: 'doc.back', group: 'document', hotkeys: ['escape'], run: () => navigate(home) },
      { id: 'documents.next', label: 'doc.next_document', group: 'document', hotkeys: [']'], when: () => next !== undefined, run: () => to(next) },
      { id: 'documents.previous', label: 'doc.previous_document', group: 'document', hotkeys: ['['], when: () => previous !== undefined, run: () => to(previous) },
    ],
    [home, next, previous, to],
  ));
  return (
    <nav className={classes.nav} aria-label={t('doc.steps')}>
      <Tooltip label={t('doc.back')}><ActionIcon aria-label={t('doc.back')} onClick={() => navigate(home)}><IconArrowLeft size={18} stroke={1.7} /></ActionIcon></Tooltip>
      {steps.place > 0 && (
        <>
          <Tooltip label={t('doc.previous_document')}><ActionIcon aria-label={t('doc.previous_document')} disabled={!previous} onClick={() => to(previous)}><IconChevronUp size={18} stroke={1.7} /></ActionIcon></Tooltip>
          <Tooltip label={t('doc.next_document')}><ActionIcon aria-label={t('doc.next_document')} disabled={!next} onClick={() => to(next)}><IconChevronDown size={18} stroke={1.7} /></ActionIcon></Tooltip>
        </>
      )}
    </nav>
  );
}
