import { Button, Modal } from '@mantine/core';
import { IconMessageQuestion, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMeeting, useSlips, type SlipItem } from '@/lib/backend';
import { navigate, paths, useParams, useSearch } from '@/lib/router';
import { formatMoment } from '@/lib/time';
import { Empty, Loaded, Page, PageHeader, StatusPill, TabStrip } from '@/ui';
import { SlipCard } from './SlipCard';
import { SlipForm } from './SlipForm';
import { folders, inFolder, stateTones, waits, type Folder } from './slips';
import classes from './slips.module.css';

/** Phiếu lấy ý kiến: asked of me, and asked by me. */
export default function SlipsScreen() {
  const { t } = useTranslation();
  const slips = useSlips();
  const { id } = useParams();
  const [folder, setFolder] = useState<Folder>('asked');
  // A meeting's own page leads here with the meeting that the slip is for.
  const forMeeting = new URLSearchParams(useSearch()).get('cuoc-hop') ?? '';
  const meeting = useMeeting(forMeeting);
  const [making, setMaking] = useState(forMeeting !== '');
  const close = (made?: string) => {
    setMaking(false);
    if (made) setFolder('mine');
    if (made || forMeeting) navigate(made ? paths.slip(made) : paths.slips, { replace: true });
  };
  return (
    <Page
      header={
        <>
          <PageHeader title={t('nav.slips')}><Button leftSection={<IconPlus size={15} />} onClick={() => setMaking(true)}>{t('slip.new')}</Button></PageHeader>
          <TabStrip
            label={t('nav.slips')} panel="slips" value={folder} onChange={setFolder}
            tabs={folders.map((each) => ({ id: each, label: t(`slip.folder.${each}`), count: slips.data && each === 'asked' ? slips.data.filter(waits).length || undefined : undefined }))}
          />
        </>
      }
    >
      <div role="tabpanel" id="slips" aria-labelledby={`slips-${folder}`} className={classes.sheet}>
        <Loaded query={slips}>{(list) => <Folders rows={inFolder(list, folder)} folder={folder} chosen={id} />}</Loaded>
      </div>
      <Modal opened={making} onClose={() => close()} withCloseButton={false} padding={0} size={560}>
        {making && (forMeeting ? <Loaded query={meeting}>{(view) => <SlipForm meeting={view} onClose={close} />}</Loaded> : <SlipForm onClose={close} />)}
      </Modal>
    </Page>
  );
}

function Folders({ rows, folder, chosen }: { rows: SlipItem[]; folder: Folder; chosen?: string }) {
  const { t } = useTranslation();
  const shown = rows.find(({ id }) => id === chosen) ?? rows[0];
  if (!shown) return <Empty icon={IconMessageQuestion} title={t(`slip.none.${folder}`)} text={t(`slip.none.${folder}.text`)} />;
  return (
    <div className={classes.two}>
      <nav className={classes.list} aria-label={t('slip.list')}>
        {rows.map((slip) => (
          <button key={slip.id} type="button" className={classes.item} aria-current={slip.id === shown.id || undefined} onClick={() => navigate(paths.slip(slip.id), { replace: true })}>
            <span className={classes.itemTitle}>{slip.title}</span>
            <span className={classes.itemMore}>
              <StatusPill tone={waits(slip) ? 'warn' : stateTones[slip.state]}>{t(waits(slip) ? 'slip.waits' : `slip.state.${slip.state}`)}</StatusPill>
              <span>{t('slip.due_at', { at: formatMoment(slip.due) })}</span>
            </span>
          </button>
        ))}
      </nav>
      <SlipCard key={shown.id} id={shown.id} />
    </div>
  );
}
