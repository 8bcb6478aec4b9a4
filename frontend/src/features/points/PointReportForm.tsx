import { MultiSelect, NumberInput, Select, TextInput } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MeetingView, PointRow } from '@/lib/backend';
import { usePeople } from '@/lib/people';
import { FormFrame, useAct } from '@/ui';
import { PointDetails } from './PointDetails';
import { mayReport } from './points';
import classes from './points.module.css';

interface Props {
  meeting: MeetingView;
  row: PointRow;
  onClose: () => void;
}

/** A point's report of itself: quân số, trưởng điểm cầu and, if they want to say so, who of those invited sits there. */
export function PointReportForm({ meeting, row, onClose }: Props) {
  const { t } = useTranslation();
  const act = useAct();
  const people = usePeople();
  const [headcount, setHeadcount] = useState(row.headcount);
  const [head, setHead] = useState(row.head?.id ?? '');
  const [headName, setHeadName] = useState(row.headName ?? '');
  const [named, setNamed] = useState(() => row.people.map(({ id }) => id));
  const invited = useMemo(() => meeting.participants.filter((one) => !one.unit && (row.group === 'CUM' || one.office?.id === row.unit.id || named.includes(one.id))), [meeting, row, named]);
  const heads = useMemo(() => {
    const own = people.ofOffice(row.unit.id).map(({ id, name }) => ({ value: id, label: name }));
    const known = new Set(own.map(({ value }) => value));
    const others = [...invited.map(({ id, name }) => ({ value: id, label: name })), ...(row.head ? [{ value: row.head.id, label: row.head.name }] : [])];
    for (const one of others) {
      if (known.has(one.value)) continue;
      known.add(one.value);
      own.push(one);
    }
    return own;
  }, [people, row, invited]);
  const reports = mayReport(row);
  const missing = !reports ? t('points.report.not') : headcount < named.length ? t('points.report.few', { count: named.length }) : null;
  const send = async () => {
    await act({
      name: 'point_session.report.1', id: row.id, base: 0,
      args: { meeting: meeting.id, point: row.point, headcount, head: head || undefined, headName: head ? undefined : headName.trim() || undefined, people: named },
    });
    onClose();
  };
  return (
    <FormFrame title={row.name} sub={row.unit.name} submit={t('points.report.send')} missing={missing} onSubmit={send} onClose={onClose}>
      <div className={classes.form}>
        <PointDetails row={row} />
        {reports && (
          <>
            <NumberInput label={t('points.headcount')} description={t('points.headcount.text')} data-autofocus min={0} max={5000} allowDecimal={false} allowNegative={false} hideControls value={headcount || ''} onChange={(count) => setHeadcount(Number(count) || 0)} />
            <Select label={t('points.head')} placeholder={t('points.head.choose')} searchable clearable limit={100} data={heads} value={head || null} nothingFoundMessage={t('points.nothing')} clearButtonProps={{ 'aria-label': t('action.clear') }} onChange={(to) => setHead(to ?? '')} />
            {!head && <TextInput label={t('points.head.name')} description={t('points.head.name.text')} maxLength={200} value={headName} onChange={(event) => setHeadName(event.currentTarget.value)} />}
            <MultiSelect
              label={t('points.present')} description={t('points.present.text')} searchable limit={100} value={named} onChange={setNamed} nothingFoundMessage={t('points.nothing')}
              data={invited.map(({ id, name }) => ({ value: id, label: name }))}
            />
          </>
        )}
      </div>
    </FormFrame>
  );
}
