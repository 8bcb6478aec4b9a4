import { Button } from '@mantine/core';
import { IconRefresh, IconShieldCheck } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSignatures, type FileInfo, type SignatureReport } from '@/lib/backend';
import { useCommands, type Command } from '@/lib/commands';
import { asApiError } from '@/lib/errors';
import { CommandKbd, StatusPill } from '@/ui';
import { SignatureDrawer } from './SignatureDrawer';
import { useLate } from './useLate';
import { answerKey, isPlain, tones } from './verdict';
import { summaryOf } from './words';
import classes from './signing.module.css';

/** Above a PDF: what its signatures are worth. Nothing is said of a file that has none. */
export function SignatureBar({ document, file }: { document: string; file: FileInfo }) {
  const { t } = useTranslation();
  const query = useSignatures(document, file.key);
  const late = useLate(query.isFetching && !query.data);
  if (query.data) return isPlain(query.data) ? null : <Answer report={query.data} document={document} file={file} />;
  if (late) return <div className={classes.bar} role="status"><span className={classes.spin} aria-hidden />{t('sign.checking')}</div>;
  if (!query.error || query.isFetching || absent.has(asApiError(query.error).reason)) return null;
  return (
    <div className={classes.bar} role="status">
      <span className={classes.words}>{t('sign.failed')}</span>
      <Button size="compact-sm" variant="subtle" leftSection={<IconRefresh size={14} aria-hidden />} onClick={() => void query.refetch()}>{t('action.retry')}</Button>
    </div>
  );
}

/** The file itself is on its way or far off, and the page below says so. */
const absent: ReadonlySet<string> = new Set(['content.not_here', 'content.coming']);

function Answer({ report, document, file }: { report: SignatureReport; document: string; file: FileInfo }) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  const summary = summaryOf(report);
  useCommands(useMemo<Command[]>(() => [{ id: 'sign.open', label: 'sign.open', group: 'document', hotkeys: ['i'], run: () => setOpened(true) }], []));
  return (
    <>
      <section className={classes.bar} data-tone={tones[report.indication]} aria-label={t('sign.title')}>
        <StatusPill tone={tones[report.indication]}>{t(answerKey(report))}</StatusPill>
        <bdi className={classes.words} title={summary}>{summary}</bdi>
        <Button size="compact-sm" variant="default" leftSection={<IconShieldCheck size={15} stroke={1.7} aria-hidden />} rightSection={<CommandKbd id="sign.open" />} onClick={() => setOpened(true)}>
          {t('sign.details')}
        </Button>
      </section>
      <SignatureDrawer report={report} document={document} file={file} opened={opened} onClose={() => setOpened(false)} />
    </>
  );
}
