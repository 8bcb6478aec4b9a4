import { Button, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconPlus, IconSearch, IconUsersGroup } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MeetingItem } from '@/lib/backend';
import { useCommands, type Command } from '@/lib/commands';
import { navigate, paths, useSearch } from '@/lib/router';
import { DataTable, Empty, Failure, Kbd, Page, PageHeader, TabStrip, useTabKeys } from '@/ui';
import { useMeetingColumns } from './columns';
import { countsOf, meetingsOf, tabIds, type TabId } from './lists';
import { useMeetingsAhead, useMeetingsBefore } from './useMeetingLists';
import classes from './meetings.module.css';

const create: Command[] = [{ id: 'meeting.new', label: 'command.meeting.new', group: 'create', hotkeys: ['n'], run: () => navigate(paths.meetingNew) }];
const labels = tabIds.map((tab) => `meetings.tab.${tab}`);

/** Cuộc họp: those that the person is invited to, prepares or approves. */
export default function MeetingsScreen() {
  const { t } = useTranslation();
  const [words, setWords] = useState('');
  const [text] = useDebouncedValue(words.trim(), 200);
  const ahead = useMeetingsAhead(text);
  const before = useMeetingsBefore(text);
  const all = useMemo(() => [...(ahead.data ?? []), ...(before.data ?? [])], [ahead.data, before.data]);
  const counts = useMemo(() => countsOf(all), [all]);
  const wanted = new URLSearchParams(useSearch()).get('muc');
  const tab: TabId = tabIds.find((id) => id === wanted) ?? 'ahead';
  const rows = useMemo(() => meetingsOf(tab, all), [tab, all]);
  const columns = useMeetingColumns();
  const choose = (to: TabId) => navigate(`${paths.meetings}?muc=${to}`, { replace: true });
  useTabKeys(labels, (at) => choose(tabIds[at] ?? 'ahead'));
  useCommands(create);

  const placeholder = () => {
    const failed = ahead.error ?? before.error;
    if (failed && all.length === 0) return <Failure error={failed} onRetry={() => void Promise.all([ahead.refetch(), before.refetch()])} />;
    if (!ahead.data || !before.data || rows.length > 0) return undefined;
    if (text) return <Empty icon={IconSearch} title={t('meetings.none_found')} text={t('meetings.none_found.text')} />;
    return <Empty icon={IconUsersGroup} title={t(`meetings.none.${tab}`)} text={t('meetings.none.text')} />;
  };
  return (
    <Page
      fixed
      header={
        <>
          <PageHeader title={t('nav.meetings')}>
            <TextInput
              className={classes.find} size="sm" aria-label={t('meetings.find')} placeholder={t('meetings.find')} value={words}
              leftSection={<IconSearch size={15} stroke={1.7} aria-hidden />} onChange={(event) => setWords(event.currentTarget.value)}
            />
            <Button leftSection={<IconPlus size={16} stroke={1.8} />} rightSection={<Kbd keys="n" />} onClick={() => navigate(paths.meetingNew)}>{t('meetings.new')}</Button>
          </PageHeader>
          <TabStrip<TabId>
            label={t('meetings.tabs')} value={tab} onChange={choose}
            tabs={tabIds.map((id) => ({ id, label: t(`meetings.tab.${id}`), count: id !== 'past' && counts[id] > 0 ? counts[id] : undefined }))}
          />
        </>
      }
    >
      <DataTable<MeetingItem>
        id="meetings" label={t('nav.meetings')} columns={columns} rows={rows} rowId={rowId} rowLook={rowLook}
        loading={ahead.isPending || before.isPending} onOpen={open} autoFocus placeholder={placeholder()}
      />
    </Page>
  );
}

const rowId = (row: MeetingItem) => row.id;
const rowLook = (row: MeetingItem) => ({ quiet: row.status === 'CANCELLED' || row.status === 'ARCHIVED', unread: row.status === 'INVITED' && row.reply === 'PENDING' });
const open = (row: MeetingItem) => navigate(paths.meeting(row.id));
