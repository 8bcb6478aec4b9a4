import { Button } from '@mantine/core';
import { IconDeviceDesktop, IconExternalLink } from '@tabler/icons-react';
import { Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { Followed } from '@/features/reading';
import { paths } from '@/lib/router';
import { Loading } from '@/ui';
import type { HallMeeting } from './protocol';

/** The page that is led through, and the ways to read more. */
export function Papers({ meeting }: { meeting: HallMeeting }) {
  const { t } = useTranslation();
  return (
    <>
      <Button component="a" href={paths.reading(meeting.id)} target="_blank" rel="noopener" size="xs" variant="default" leftSection={<IconExternalLink size={15} aria-hidden />}>{t('conference.papers.read')}</Button>
      <SlidesButton meeting={meeting.id} />
      <div style={{ flex: 1, minHeight: 260 }}><Suspense fallback={<Loading />}><Followed meeting={meeting.id} /></Suspense></div>
    </>
  );
}

/** Opens the second screen, which stays tied to this window. */
export function SlidesButton({ meeting }: { meeting: string }) {
  const { t } = useTranslation();
  return (
    <Button size="xs" variant="default" leftSection={<IconDeviceDesktop size={15} aria-hidden />} onClick={() => window.open(paths.hallSlides(meeting), 'khonggiay-tai-lieu', 'popup,width=1280,height=800')}>
      {t('conference.slides.open')}
    </Button>
  );
}
