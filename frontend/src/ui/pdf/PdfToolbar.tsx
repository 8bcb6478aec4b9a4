import { ActionIcon, Tooltip } from '@mantine/core';
import {
  IconArrowAutofitHeight, IconArrowAutofitWidth, IconChevronDown, IconChevronUp, IconLayoutSidebar, IconSearch, IconX, IconZoomIn, IconZoomOut,
} from '@tabler/icons-react';
import { useEffect, useState, type ComponentType, type KeyboardEvent, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { formatNumber } from '@/lib/format';
import type { SearchState } from './search';
import type { Zoom } from './layout';
import classes from './pdf.module.css';

interface Props {
  page: number;
  pages: number;
  percent: number;
  zoom: Zoom;
  thumbs: boolean;
  query: string;
  search: SearchState;
  findRef: RefObject<HTMLInputElement | null>;
  onPage: (page: number) => void;
  onZoom: (zoom: Zoom) => void;
  onStep: (up: boolean) => void;
  onThumbs: () => void;
  onQuery: (query: string) => void;
  onFindClosed: () => void;
}

export function PdfToolbar(props: Props) {
  const { t } = useTranslation();
  const { page, pages, percent, zoom, query, search } = props;
  return (
    <div className={classes.toolbar} role="toolbar" aria-label={t('pdf.toolbar')}>
      <Tool label={t('pdf.thumbs')} icon={IconLayoutSidebar} pressed={props.thumbs} onClick={props.onThumbs} />
      <span className={classes.sep} />
      <PageBox page={page} pages={pages} onPage={props.onPage} />
      <span className={classes.sep} />
      <Tool label={t('pdf.zoom_out')} icon={IconZoomOut} onClick={() => props.onStep(false)} />
      <span className={classes.zoom} aria-live="polite">{percent}%</span>
      <Tool label={t('pdf.zoom_in')} icon={IconZoomIn} onClick={() => props.onStep(true)} />
      <Tool label={t('pdf.fit_width')} icon={IconArrowAutofitWidth} pressed={zoom === 'width'} onClick={() => props.onZoom('width')} />
      <Tool label={t('pdf.fit_page')} icon={IconArrowAutofitHeight} pressed={zoom === 'page'} onClick={() => props.onZoom('page')} />
      <span className={classes.spring} />
      <span className={classes.find} role="search">
        <IconSearch size={15} aria-hidden />
        <input
          ref={props.findRef}
          className={classes.findInput}
          type="text"
          aria-label={t('pdf.find')}
          placeholder={t('pdf.find')}
          value={query}
          onChange={(event) => props.onQuery(event.currentTarget.value)}
          onKeyDown={(event) => findKeys(event, search, props)}
        />
        <FindCount query={query} search={search} />
        <Tool label={t('pdf.find_previous')} icon={IconChevronUp} disabled={search.hits.length === 0} onClick={() => search.step(-1)} />
        <Tool label={t('pdf.find_next')} icon={IconChevronDown} disabled={search.hits.length === 0} onClick={() => search.step(1)} />
        {query !== '' && <Tool label={t('action.clear')} icon={IconX} onClick={() => props.onQuery('')} />}
      </span>
    </div>
  );
}

function findKeys(event: KeyboardEvent, search: SearchState, { query, onQuery, onFindClosed }: Props) {
  if (event.key === 'Enter') search.step(event.shiftKey ? -1 : 1);
  else if (event.key === 'Escape') {
    if (query !== '') onQuery('');
    onFindClosed();
  } else return;
  event.preventDefault();
  event.stopPropagation();
}

function FindCount({ query, search }: { query: string; search: SearchState }) {
  const { t } = useTranslation();
  if (query.trim() === '') return null;
  const words = search.hits.length > 0
    ? `${formatNumber(search.current + 1)}/${formatNumber(search.hits.length)}${search.searching ? '…' : ''}`
    : search.searching ? '…' : t('pdf.find_none');
  return <span className={classes.findCount} role="status">{words}</span>;
}

function PageBox({ page, pages, onPage }: { page: number; pages: number; onPage: (page: number) => void }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(String(page));
  useEffect(() => setTyped(String(page)), [page]);
  const submit = () => {
    const wanted = Number.parseInt(typed, 10);
    if (wanted >= 1 && wanted <= pages) onPage(wanted);
    else setTyped(String(page));
  };
  return (
    <span className={classes.pageBox}>
      <input
        className={classes.pageInput}
        inputMode="numeric"
        aria-label={t('pdf.page_of', { page, pages })}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        onFocus={(event) => event.currentTarget.select()}
        onBlur={submit}
        onKeyDown={(event) => {
          if (event.key === 'Enter') submit();
        }}
      />
      <span>/ {pages}</span>
    </span>
  );
}

interface ToolProps {
  label: string;
  icon: ComponentType<{ size?: number; stroke?: number }>;
  onClick: () => void;
  pressed?: boolean;
  disabled?: boolean;
}

function Tool({ label, icon: Icon, onClick, pressed, disabled }: ToolProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon
        aria-label={label}
        aria-pressed={pressed}
        variant={pressed ? 'light' : 'subtle'}
        color={pressed ? 'cham' : 'gray'}
        size={28}
        disabled={disabled}
        onClick={onClick}
      >
        <Icon size={17} stroke={1.7} />
      </ActionIcon>
    </Tooltip>
  );
}
