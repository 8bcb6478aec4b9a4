import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { IconFileDescription, IconSpeakerphone } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type MeetingView } from '@/lib/backend';
import { asApiError, errorText } from '@/lib/errors';
import { keys } from '@/lib/queries';
import { Link, navigate, paths } from '@/lib/router';
import { may } from './may';
import classes from './conclusions.module.css';

/** The documents made of minutes and conclusions; they go the way of every draft. */
export function Papers({ meeting, conclusions }: { meeting: MeetingView; conclusions: number }) {
  const { t } = useTranslation();
  return (
    <section className={classes.card} aria-label={t('papers.title')}>
      <h2 className={classes.title}>{t('papers.title')}</h2>
      <Paper meeting={meeting} kind="minutes" doc={meeting.minutesDoc} />
      <Paper meeting={meeting} kind="notice" doc={meeting.notice} missing={conclusions === 0 ? t('error.meeting.no_conclusions') : undefined} />
    </section>
  );
}

function Paper({ meeting, kind, doc, missing }: { meeting: MeetingView; kind: 'minutes' | 'notice'; doc?: string; missing?: string }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<unknown>(null);
  const make = async () => {
    setBusy(true);
    setFailed(null);
    try {
      const { document } = await api.draftPaper(meeting.id, kind);
      await client.invalidateQueries({ queryKey: keys.meeting(meeting.id) });
      navigate(paths.draft(document));
    } catch (error) {
      setFailed(error);
      if (asApiError(error).reason === 'meeting.has_paper') void client.invalidateQueries({ queryKey: keys.meeting(meeting.id) });
    }
    setBusy(false);
  };
  const allowed = may(meeting, kind === 'minutes' ? 'meeting.minutes_drafted' : 'meeting.notice_drafted');
  return (
    <div className={classes.paper}>
      {doc ? (
        <span>{t(`papers.${kind}.there`)} <Link href={paths.document(doc, 'outgoing')}>{t('papers.open')}</Link></span>
      ) : (
        <Button variant="light" loading={busy} disabled={!allowed || missing !== undefined} leftSection={kind === 'minutes' ? <IconFileDescription size={16} /> : <IconSpeakerphone size={16} />} onClick={() => void make()}>
          {t(`papers.${kind}`)}
        </Button>
      )}
      {!doc && <span className={classes.note}>{missing ?? t(allowed ? `papers.${kind}.text` : 'papers.not_now')}</span>}
      {failed !== null && <p role="alert" className={classes.failed}>{errorText(failed)}</p>}
    </div>
  );
}
