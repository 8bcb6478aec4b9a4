import { Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { meetingTabs } from '@/app/features';
import { EnterHall } from '@/features/conference';
import { PlaceBar } from '@/features/place';
import { useMeeting, useSession, type MeetingView } from '@/lib/backend';
import { navigate, paths, useParams } from '@/lib/router';
import { Loaded, Loading, Page, PageHeader, StatusPill, TabStrip } from '@/ui';
import { MeetingActions } from './MeetingActions';
import { statusTones } from './status';
import { useSeen } from './useSeen';
import { WhenWhere } from './WhenWhere';
import classes from './meeting.module.css';

/** One meeting: a strip of tabs, each from the feature that makes it. */
export default function MeetingScreen() {
  const { id = '' } = useParams();
  const meeting = useMeeting(id);
  return <Loaded query={meeting}>{(view) => <Tabs meeting={view} />}</Loaded>;
}

function Tabs({ meeting }: { meeting: MeetingView }) {
  const { t } = useTranslation();
  const { tab: chosen } = useParams();
  const { data: session } = useSession();
  useSeen(meeting);
  const tabs = meetingTabs.filter((tab) => session && (tab.wanted?.(meeting, session) ?? true));
  const tab = tabs.find((each) => each.id === chosen) ?? tabs[0];
  if (!tab) return null;
  const Screen = tab.screen;
  return (
    <Page
      header={
        <>
          <PageHeader title={meeting.title}>
            <StatusPill tone={statusTones[meeting.status]}>{t(`meeting.status.${meeting.status}`)}</StatusPill>
            <EnterHall meeting={meeting} />
            <MeetingActions meeting={meeting} />
          </PageHeader>
          <WhenWhere meeting={meeting} />
          <PlaceBar meeting={meeting} />
          <TabStrip
            label={t('meeting.tabs')} panel="meeting-tab" value={tab.id}
            tabs={tabs.map((each) => ({ id: each.id, label: t(each.label) }))}
            onChange={(to) => navigate(paths.meeting(meeting.id, to), { replace: true })}
          />
        </>
      }
    >
      <div role="tabpanel" id="meeting-tab" className={classes.panel} aria-labelledby={`meeting-tab-${tab.id}`}>
        <Suspense fallback={<Loading />}><Screen meeting={meeting} /></Suspense>
      </div>
    </Page>
  );
}
