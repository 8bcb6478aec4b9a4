import { IconGavel, IconLock } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useMinutes, type MeetingView } from '@/lib/backend';
import { Empty, Loaded } from '@/ui';
import { Conclusions } from './Conclusions';
import { MinutesEditor } from './MinutesEditor';
import { Papers } from './Papers';
import classes from './conclusions.module.css';

/** Kết luận: the minutes as they are written, what the chair concludes, and the papers made of both. */
export default function ConclusionsTab({ meeting }: { meeting: MeetingView }) {
  const { t } = useTranslation();
  if (meeting.secret) return <Empty icon={IconLock} title={t('minutes.secret.title')} text={t('error.minutes.secret')} />;
  if (!meeting.official) return <Empty icon={IconGavel} title={t('minutes.officials.title')} text={t('minutes.officials.text')} />;
  return <Officials meeting={meeting} />;
}

function Officials({ meeting }: { meeting: MeetingView }) {
  const minutes = useMinutes(meeting.id);
  return (
    <Loaded query={minutes}>
      {(view) => (
        <div className={classes.sheet}>
          <MinutesEditor meeting={meeting} minutes={view} />
          <div className={classes.side}>
            <Conclusions meeting={meeting} minutes={view} />
            <Papers meeting={meeting} conclusions={view.conclusions.length} />
          </div>
        </div>
      )}
    </Loaded>
  );
}

