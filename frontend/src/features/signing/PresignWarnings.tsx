import { Button, Checkbox } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconInfoCircle, IconRefresh, IconShieldX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { SignKind } from '@/lib/backend';
import { errorText } from '@/lib/errors';
import { mustAccept, presignLines, presignState, presignTones, type Line } from './presign';
import { useLate } from './useLate';
import type { Item } from './useSigning';
import classes from './presign.module.css';

interface Props {
  kind: SignKind;
  item: Item;
  /** Shows a page, counted from 0. */
  onShow: (page: number) => void;
  onAccept: (accepted: boolean) => void;
  onAgain: () => void;
}

/** What the file could deceive its signer with: nothing, things to know, things to look at, or what keeps it from being signed. */
export function PresignWarnings({ kind, item, onShow, onAccept, onAgain }: Props) {
  const { t } = useTranslation();
  const { presign, accepted } = item;
  const state = presignState(presign, kind);
  const late = useLate(state === 'looking');
  if (state === 'looking') return late ? <p role="status" className={classes.quiet}><span className={classes.spin} aria-hidden />{t('presign.looking')}</p> : null;
  if (state === 'clean') return <p className={classes.quiet}><IconCircleCheck size={15} stroke={1.8} aria-hidden />{t('presign.clean')}</p>;
  const lines = presign && 'report' in presign ? presignLines(presign.report) : [];
  const Icon = state === 'blocks' ? IconShieldX : state === 'tells' ? IconInfoCircle : IconAlertTriangle;
  return (
    <section className={classes.found} data-tone={presignTones[state]} aria-label={t('presign.title')}>
      <strong className={classes.head}><Icon size={16} stroke={1.9} aria-hidden />{t(`presign.state.${state}`)}</strong>
      {presign && 'error' in presign && <p className={classes.text}>{errorText(presign.error)}</p>}
      {lines.length > 0 && <ul className={classes.lines}>{lines.map((line) => <Found key={`${line.severity}${line.text}`} line={line} onShow={onShow} />)}</ul>}
      {state === 'blocks' && <p className={classes.text}>{t('presign.remedy')}</p>}
      {state === 'unknown' && <div><Button size="compact-sm" variant="default" leftSection={<IconRefresh size={14} aria-hidden />} onClick={onAgain}>{t('presign.again')}</Button></div>}
      {mustAccept(state) && <Checkbox size="sm" label={t(state === 'unknown' ? 'presign.accept.unknown' : 'presign.accept')} checked={accepted} onChange={(event) => onAccept(event.currentTarget.checked)} />}
    </section>
  );
}

function Found({ line: { severity, text, pages, count }, onShow }: { line: Line; onShow: (page: number) => void }) {
  const { t } = useTranslation();
  const shown = pages.slice(0, mostPages);
  return (
    <li data-severity={severity}>
      <span>{text}{count > Math.max(1, pages.length) && <span className={classes.count}> {t('presign.times', { count })}</span>}</span>
      {shown.length > 0 && (
        <span className={classes.pages}>
          {shown.map((page) => <button key={page} type="button" className={classes.page} aria-label={t('presign.show', { page, text })} onClick={() => onShow(page - 1)}>{t('presign.page', { page })}</button>)}
          {pages.length > shown.length && <span className={classes.count}>{t('presign.more_pages', { count: pages.length - shown.length })}</span>}
        </span>
      )}
    </li>
  );
}

/** More are as good as "everywhere". */
const mostPages = 8;
