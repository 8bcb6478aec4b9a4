import { Button } from '@mantine/core';
import { IconFolder } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { taskTones } from '@/features/assignments';
import { useDossier, type AssignmentState, type DossierEntry, type DossierView, type MeetingView } from '@/lib/backend';
import { Link, paths } from '@/lib/router';
import { formatMoment } from '@/lib/time';
import { Empty, Loaded, StatePill, StatusPill, useAct } from '@/ui';
import { may } from './may';
import { SaveDossier } from './SaveDossier';
import classes from './conclusions.module.css';

/** Hồ sơ cuộc họp: everything of the meeting that the person may see, in one list. */
export default function DossierTab({ meeting }: { meeting: MeetingView }) {
  const dossier = useDossier(meeting.id);
  return <Loaded query={dossier}>{(view) => <Dossier meeting={meeting} dossier={view} />}</Loaded>;
}

function Dossier({ meeting, dossier }: { meeting: MeetingView; dossier: DossierView }) {
  const { t } = useTranslation();
  const act = useAct();
  const kinds = [...new Set(dossier.entries.map(({ kind }) => kind))];
  const notice = dossier.entries.find(({ kind }) => kind === 'notice')?.doc;
  const over = may(dossier, 'meeting.conclude') && ['DA_PHAT_HANH', 'LUU'].includes(notice?.state ?? '');
  if (kinds.length === 0) return <Empty icon={IconFolder} title={t('dossier.none')} text={t('dossier.none.text')} />;
  return (
    <div className={classes.dossier}>
      {over && (
        <div className={classes.over}>
          <span>{t('dossier.conclude.text')}</span>
          <Button size="compact-md" onClick={() => void act({ name: 'meeting.conclude.1', id: meeting.id, base: 0, args: {} })}>{t('dossier.conclude')}</Button>
        </div>
      )}
      <SaveDossier meeting={meeting.id} />
      {kinds.map((kind) => (
        <section key={kind} className={classes.card} aria-label={t(`dossier.${kind}`)}>
          <h2 className={classes.title}>{t(`dossier.${kind}`)}</h2>
          <ul className={classes.entries}>
            {dossier.entries.filter((entry) => entry.kind === kind).map((entry) => <Entry key={entry.id} meeting={meeting.id} entry={entry} />)}
          </ul>
        </section>
      ))}
    </div>
  );
}

/** Where an entry leads: to its document, its task, or the tab that it stands on. */
function addressOf(meeting: string, { kind, id, doc }: DossierEntry): string | undefined {
  if (doc) return paths.document(doc.id, 'outgoing');
  if (kind === 'task') return paths.assignment(id);
  if (kind === 'conclusions') return paths.meeting(meeting, 'conclusions');
  return undefined;
}

function Entry({ meeting, entry }: { meeting: string; entry: DossierEntry }) {
  const { t } = useTranslation();
  const address = addressOf(meeting, entry);
  const title = entry.title || t(entry.count ? `dossier.count.${entry.kind}` : 'dossier.unseen', { count: entry.count ?? 0 });
  return (
    <li>
      <span className={classes.entryTitle}>{address ? <Link href={address}>{title}</Link> : title}</span>
      {entry.doc?.symbol && <span className={classes.note}>{entry.doc.symbol}</span>}
      <State entry={entry} />
      {entry.at ? <span className={classes.note}>{formatMoment(entry.at)}</span> : null}
    </li>
  );
}

function State({ entry: { kind, state, doc } }: { entry: DossierEntry }) {
  const { t } = useTranslation();
  if (!state) return null;
  if (doc) return <StatePill state={state} />;
  if (kind === 'task') return <StatusPill tone={taskTones[state as AssignmentState]}>{t(`assignment.state.${state}`)}</StatusPill>;
  return <StatusPill>{t(`dossier.state.${state}`)}</StatusPill>;
}
