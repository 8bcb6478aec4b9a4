import { Button, NumberInput } from '@mantine/core';
import { IconPhone, IconTestPipe } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMeetingPoints } from '@/lib/points';
import { notify } from '@/ui';
import { SlidesButton } from './Papers';
import { useHall, useStation } from './useHall';
import type { HallMeeting } from './protocol';
import classes from './hall.module.css';

/** For who stands at the machine of a meeting point: how many sit there, whom to call, the second screen. */
export function PointPane({ meeting, onTest }: { meeting: HallMeeting; onTest: () => void }) {
  const { t } = useTranslation();
  const { hall } = useStation();
  const { hello, stations } = useHall();
  const { data: board } = useMeetingPoints(meeting.id);
  const row = board?.rows.find((each) => each.point === hello?.station);
  const known = stations.get(hello?.station ?? '')?.c;
  const [count, setCount] = useState<number | string>(known ?? '');
  const send = async () => {
    try {
      await hall.count(Number(count));
      notify.ok(t('conference.point.counted', { count: Number(count) }));
    } catch (error) {
      notify.error(error);
    }
  };
  return (
    <div className={classes.point}>
      <strong>{hello?.name}</strong>
      <form
        className={classes.write}
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <NumberInput label={t('conference.point.headcount')} min={0} max={5000} clampBehavior="strict" allowDecimal={false} allowNegative={false} value={count} onChange={setCount} />
        <Button type="submit" disabled={count === '' || Number(count) === known}>{t('conference.point.send')}</Button>
      </form>
      {row && (row.technician || row.phone) && (
        <div>
          <p className={classes.quiet}>{t('conference.point.technician')}</p>
          <p style={{ margin: 0 }}>{row.technician?.name}</p>
          {row.phone && <a className={classes.phone} href={`tel:${row.phone.replaceAll(' ', '')}`}><IconPhone size={17} stroke={1.8} aria-hidden /> {row.phone}</a>}
        </div>
      )}
      <SlidesButton meeting={meeting.id} />
      <Button size="xs" variant="default" leftSection={<IconTestPipe size={15} aria-hidden />} onClick={onTest}>{t('conference.test')}</Button>
    </div>
  );
}
