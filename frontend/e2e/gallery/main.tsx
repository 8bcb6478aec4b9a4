/** The kit without the API, one part a path: what the tests of the kit drive. */
import '@mantine/core/styles.css';
import '@mantine/dates/styles.css';
import '@mantine/notifications/styles.css';
import '@/ui/theme/fonts.css';
import '@/ui/theme/tokens.css';
import '@/ui/theme/base.css';
import { Button, Group, Select, Stack, TextInput } from '@mantine/core';
import { useMemo, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { useEffect } from 'react';
import { listenForHotkeys } from '@/lib/hotkeys';
import { startI18n } from '@/lib/i18n/i18n';
import {
  ConfirmDialog, DataTable, DateField, Due, Empty, Failure, Kbd, Loading, notify, Offline, PdfView, SplitPane, StatePill, StatusPill, TabStrip, UrgencyMark, WhereMark,
  type Column, type Sort,
} from '@/ui';
import { ApiError } from '@/lib/errors';
import { installThemeSheet } from '@/ui/theme/sheet';
import { Theme } from '@/ui/theme/Theme';

interface Row {
  id: string;
  number: number;
  subject: string;
  urgency: number;
}

const subjects = ['Về việc đẩy mạnh chuyển đổi số cấp xã', 'Kế hoạch phòng, chống thiên tai năm 2026', 'Báo cáo tình hình giải quyết thủ tục hành chính', 'Giấy mời họp giao ban'];

function Table() {
  const [sort, setSort] = useState<Sort | null>({ id: 'number', desc: false });
  const [opened, setOpened] = useState('');
  const rows = useMemo<Row[]>(() => {
    const made = Array.from({ length: 50_000 }, (_, i) => ({ id: `r${i + 1}`, number: i + 1, subject: subjects[i % 4] ?? '', urgency: i % 17 === 3 ? 3 : i % 11 === 5 ? 2 : i % 7 === 2 ? 1 : 0 }));
    return sort?.desc ? made.toReversed() : made;
  }, [sort]);
  const columns = useMemo<Array<Column<Row>>>(() => [
    { id: 'number', header: 'Số đến', width: 90, align: 'right', sortable: true, cell: (row) => row.number },
    { id: 'subject', header: 'Trích yếu', width: 300, grow: 1, cell: (row) => row.subject },
    { id: 'urgency', header: 'Độ khẩn', width: 130, cell: (row) => <UrgencyMark level={row.urgency} /> },
    { id: 'state', header: 'Trạng thái', width: 150, cell: (row) => <StatePill state={row.number % 3 ? 'DANG_XU_LY' : 'HOAN_THANH'} />, hideBelow: 700 },
    { id: 'due', header: 'Hạn', width: 190, cell: (row) => <Due day="2026-11-26" daysLeft={(row.number % 9) - 3} /> },
  ], []);
  return (
    <div style={{ height: '100vh', display: 'flex', flexDirection: 'column' }}>
      <output>{opened}</output>
      <div style={{ flex: 1, minHeight: 0 }}>
        <DataTable
          id="gallery" label="Văn bản đến" columns={columns} rows={rows} rowId={rowId} rowLook={rowLook} sort={sort} onSort={setSort}
          onOpen={(row) => setOpened(row.id)} autoFocus
        />
      </div>
    </div>
  );
}
const rowId = (row: Row) => row.id;
const rowLook = (row: Row) => ({ urgency: row.urgency, unread: row.number % 5 === 1 });

function Pdf() {
  const [place, setPlace] = useState('');
  return (
    <div style={{ height: '100vh', display: 'flex', flexDirection: 'column' }}>
      <output>{place}</output>
      <div style={{ flex: 1, minHeight: 0 }}>
        <PdfView url={new URLSearchParams(location.search).get('url') ?? '/sample.pdf'} name="Kế hoạch" onPlace={useMemo(() => ({ page, pages }) => setPlace(`${page}/${pages}`), [])} />
      </div>
    </div>
  );
}

const tabs = [{ id: 'work', label: 'Xử lý' }, { id: 'recipients', label: 'Nơi nhận', count: 12 }, { id: 'files', label: 'Tệp', count: 2 }];
const names = ['Kế hoạch.pdf', 'Phụ lục kèm theo Kế hoạch phòng, chống thiên tai năm 2026.pdf'];
const sheets = names.map((name, i) => ({ id: i + 1, title: name, label: <span className="kg-clip">{name}</span> }));

function Parts() {
  const [day, setDay] = useState<string | null>(null);
  const [asking, setAsking] = useState(false);
  const [tab, setTab] = useState('work');
  const [sheet, setSheet] = useState(1);
  return (
    <div style={{ height: '100vh', overflow: 'auto', padding: 24, background: 'var(--kg-surface)' }}>
      <Stack gap="md">
        <h1>Bộ phận giao diện</h1>
        <Group>{[3, 2, 1, 0].map((level) => <UrgencyMark key={level} level={level} always />)}</Group>
        <Group>{['CHO_TIEP_NHAN', 'DANG_XU_LY', 'HOAN_THANH', 'TU_CHOI', 'DU_THAO'].map((state) => <StatePill key={state} state={state} />)}<StatusPill hollow>Chờ cấp số</StatusPill></Group>
        <Group><Due day="2026-11-26" daysLeft={3} /><Due day="2026-11-26" daysLeft={1} /><Due day="2026-11-26" daysLeft={0} /><Due day="2026-11-26" daysLeft={-2} overdue /></Group>
        <Group><WhereMark where={{ machine: true, office: { have: 2, total: 5, at: 1 }, server: true, pendingUp: 0 }} /><WhereMark compact where={{ machine: false, server: true, pendingUp: 1 }} /></Group>
        <TabStrip label="Văn bản" tabs={tabs} value={tab} onChange={setTab} />
        <TabStrip look="sheets" label="Tệp" tabs={sheets} value={sheet} onChange={setSheet} />
        <Group align="flex-start">
          <DateField label="Hạn xử lý" value={day} onChange={setDay} workingDays={[3, 5, 10]} width={300} />
          <TextInput label="Trích yếu" placeholder="Về việc…" w={280} />
          <Select label="Loại" data={['Công văn', 'Kế hoạch']} w={180} />
        </Group>
        <output data-testid="day">{day ?? ''}</output>
        <Group>
          <Button onClick={() => notify.ok('Đã gửi')}>Báo xong</Button>
          <Button variant="light" onClick={() => notify.waiting('1 việc chờ gửi')}>Báo chờ</Button>
          <Button variant="default" onClick={() => notify.error(new ApiError('forbidden', 'forbidden'))}>Báo lỗi</Button>
          <Button color="son" onClick={() => setAsking(true)}>Trả lại…</Button>
          <Kbd keys="mod+k" /><Kbd keys="g d" />
        </Group>
        <ConfirmDialog opened={asking} title="Trả lại văn bản?" text="Nơi gửi sẽ nhận được lý do." confirm="Trả lại" danger reason={{ label: 'Lý do', required: true }} onConfirm={() => {}} onClose={() => setAsking(false)} />
        <div style={{ height: 240, border: '1px solid var(--kg-border)' }}><SplitPane id="gallery" initial={300} left={<Loading />} right={<Empty title="Chưa có gì ở đây" text="Văn bản mới sẽ hiện ra ngay khi đến." />} /></div>
        <Group grow><Failure error={new ApiError('internal', 'internal')} onRetry={() => {}} /><Offline onRetry={() => {}} /></Group>
      </Stack>
    </div>
  );
}

function Gallery() {
  useEffect(() => listenForHotkeys(), []);
  const screens: Record<string, () => React.ReactNode> = { '/table': Table, '/pdf': Pdf };
  const Screen = screens[location.pathname] ?? Parts;
  return <main><Screen /></main>;
}

installThemeSheet();
await startI18n('vi');
createRoot(document.getElementById('root') as HTMLElement).render(<Theme locale="vi"><Gallery /></Theme>);
