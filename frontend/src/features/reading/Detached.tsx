import { IconAlertTriangle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Empty } from '@/ui';
import { sealedCount, shownMarks } from './marks';
import { MarksPanel } from './MarksPanel';
import { useAnnotations, useMarking } from './useAnnotations';
import classes from './reading.module.css';

/** What the person wrote on a paper that he may no longer read: it is his, and can only be removed. */
export function Detached({ meeting, material }: { meeting: string; material: string }) {
  const { t } = useTranslation();
  const mine = useAnnotations(meeting, material).find((each) => each.mine);
  const { command } = useMarking(meeting, material, mine);
  if (!mine || mine.marks.length === 0) return <Empty title={t('reading.gone')} text={t('reading.gone.text')} />;
  return (
    <div className={classes.detached}>
      <p className={classes.notice} data-tone="bad" role="status"><IconAlertTriangle size={16} aria-hidden /><span>{t('reading.recalled.text')}</span></p>
      <MarksPanel
        mine={{ ...mine, bookmarks: [] }} placed={shownMarks([mine])} lost={[]} sealed={sealedCount([mine])} chosen={null}
        onRemove={({ key }) => void command('annotation.remove.1', { mark: key })}
      />
    </div>
  );
}
