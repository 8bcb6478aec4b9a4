import { Button, Modal, SegmentedControl, Select } from '@mantine/core';
import { IconCalendarPlus, IconPlus, IconPrinter } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession, useWeek, type WeekLine, type WeekView } from '@/lib/backend';
import { usePeople } from '@/lib/people';
import { formatMoment, today, type Day } from '@/lib/time';
import { Loaded, notify, StatusPill, useAct, type Tone } from '@/ui';
import { LineForm } from './LineForm';
import { again } from './plan';
import { PlanSteps } from './PlanSteps';
import { PlanTable } from './PlanTable';
import { PrintSheet } from './PrintSheet';
import classes from './plan.module.css';

/** Lịch công tác tuần of an office: the person's own first, any other by choice. */
export function WeekPlanView({ unit, monday, onUnit }: { unit: string; monday: Day; onUnit: (unit: string) => void }) {
  const { t } = useTranslation();
  const { data: session } = useSession();
  const people = usePeople();
  const office = unit || session?.unit?.id || '';
  const week = useWeek(office, monday);
  const offices = useMemo(() => {
    const own = session?.offices.map(({ id }) => id) ?? [];
    const rest = [...people.units.values()].filter((each) => each.office && !own.includes(each.id));
    return [...own.map((id) => ({ value: id, label: people.name(id) })), ...rest.map(({ id, name }) => ({ value: id, label: name }))];
  }, [people, session]);
  return (
    <div className={classes.sheet}>
      <div className={classes.tools}>
        <Select aria-label={t('plan.office')} w={360} searchable allowDeselect={false} data={offices} value={office || null} onChange={(to) => onUnit(to ?? '')} />
        <span className={classes.spring} />
        {week.data && <PlanSteps week={week.data} />}
      </div>
      <Loaded query={week}>{(data) => <Plan key={data.id} week={data} />}</Loaded>
    </div>
  );
}

const tones: Record<Exclude<WeekView['state'], ''>, Tone> = { draft: 'neutral', pending: 'warn', approved: 'info', published: 'ok' };

function Plan({ week }: { week: WeekView }) {
  const { t } = useTranslation();
  const [wanted, setWanted] = useState<'draft' | 'lines' | null>(null);
  const [editing, setEditing] = useState<{ line?: WeekLine; day: Day } | null>(null);
  const changing = week.drafts === true && week.state !== 'published';
  const shown = wanted ?? (changing ? 'draft' : 'lines');
  const lines = week[shown];
  const mayEdit = week.actions.some(({ action, allow }) => action === 'week.edit' && allow) && (shown === 'draft' || !changing);
  const add = (day: Day) => setEditing({ day });
  return (
    <>
      <div className={classes.top}>
        <div className={classes.facts}>
          {week.state ? <StatusPill tone={tones[week.state]}>{t(`plan.state.${week.state}`)}</StatusPill> : <span>{t(week.drafts ? 'plan.none.mine' : 'plan.none')}</span>}
          {week.published ? <span>{t('plan.published', { at: formatMoment(week.published), revision: week.revision })}</span> : null}
          {week.approved && week.approver ? <span>{t('plan.approved', { name: week.approver.name, at: formatMoment(week.approved) })}</span> : null}
          {week.state === 'pending' && week.submitted ? <span>{t('plan.submitted', { name: week.by?.name, at: formatMoment(week.submitted) })}</span> : null}
        </div>
        <div className={classes.changes}>
          {changing && week.published ? (
            <SegmentedControl aria-label={t('plan.version')} value={shown} onChange={(to) => setWanted(to as 'draft' | 'lines')} data={[{ value: 'draft', label: t('plan.version.draft') }, { value: 'lines', label: t('plan.version.published') }]} />
          ) : null}
          {mayEdit && <TakeMeetings week={week} />}
          {mayEdit && <Button variant="default" leftSection={<IconPlus size={16} />} onClick={() => add(dayIn(week.monday))}>{t('plan.add.title')}</Button>}
          {lines.length > 0 && <Button variant="default" leftSection={<IconPrinter size={16} />} onClick={() => window.print()}>{t('plan.print')}</Button>}
        </div>
      </div>
      {week.reason && week.state === 'draft' && <p className={classes.reason} role="note">{t('plan.sent_back', { reason: week.reason })}</p>}
      <PlanTable monday={week.monday} lines={lines} onEdit={mayEdit ? (line) => setEditing({ line, day: week.monday }) : undefined} onAdd={mayEdit ? add : undefined} />
      {lines.length > 0 && <PrintSheet week={week} lines={lines} />}
      <Modal opened={editing !== null} onClose={() => setEditing(null)} withCloseButton={false} padding={0} size={640} attributes={{ content: { 'aria-label': t('plan.edit') } }}>
        {editing && <LineForm week={week} line={editing.line} day={editing.day} onClose={() => setEditing(null)} />}
      </Modal>
    </>
  );
}

/** Today when it lies in the week, else its first day. */
function dayIn(monday: Day): Day {
  const now = today();
  return now >= monday && Date.parse(now) - Date.parse(monday) < 7 * 86_400_000 ? now : monday;
}

/** The office's published meetings of the week become lines, or follow what has changed. */
function TakeMeetings({ week }: { week: WeekView }) {
  const { t } = useTranslation();
  const act = useAct();
  const [busy, setBusy] = useState(false);
  if (week.meetings.length === 0) return null;
  const take = async () => {
    setBusy(true);
    await act({ name: 'week.edit.1', id: week.id, base: week.version, args: { unit: week.unit.id, monday: week.monday, set: week.meetings.map(again) } }).catch(notify.error);
    setBusy(false);
  };
  return <Button variant="light" loading={busy} leftSection={<IconCalendarPlus size={16} />} onClick={() => void take()}>{t('plan.take', { count: week.meetings.length })}</Button>;
}
