import { useTranslation } from 'react-i18next';
import classes from './marks.module.css';

export type Tone = 'ok' | 'warn' | 'bad' | 'info' | 'neutral';

/** A short state in words with a tone. */
export function StatusPill({ tone = 'neutral', children, hollow, title }: { tone?: Tone; children: string; hollow?: boolean; title?: string }) {
  return (
    <span className={classes.pill} data-tone={tone} data-hollow={hollow || undefined} title={title}>
      {children}
    </span>
  );
}

const stateTones: Record<string, Tone> = {
  CHO_TIEP_NHAN: 'warn', DA_TIEP_NHAN: 'info', DA_DANG_KY: 'info', CHO_PHAN_PHOI: 'warn', DA_CHUYEN_XU_LY: 'info', DANG_XU_LY: 'info',
  HOAN_THANH: 'ok', TU_CHOI: 'bad', DA_THU_HOI: 'bad',
  DU_THAO: 'neutral', CHO_DUYET: 'warn', KIEM_TRA_NOI_DUNG: 'warn', KIEM_TRA_THE_THUC: 'warn', CHO_KY: 'warn', DA_KY: 'info',
  CHO_CAP_SO: 'warn', DA_CAP_SO: 'info', CHO_KY_CQ: 'warn', DA_KY_CQ: 'info', CHO_PHAT_HANH: 'warn', DA_PHAT_HANH: 'ok', LUU: 'neutral',
  TRA_LAI: 'bad', HUY: 'neutral', THU_HOI: 'bad', THAY_THE: 'neutral', DINH_CHINH: 'neutral',
  CHUA_XEM: 'neutral', DA_XEM: 'info', CHO_DUYET_KET_QUA: 'warn',
  sent: 'neutral', arrived: 'info', refused: 'bad', received: 'info', assigned: 'info', processing: 'info', completed: 'ok', recalled: 'bad',
};

/** The state of a document, a task or a recipient, in its legal word (i18n state.<code>). */
export function StatePill({ state, hollow }: { state: string; hollow?: boolean }) {
  const { t } = useTranslation();
  return (
    <StatusPill tone={stateTones[state] ?? 'neutral'} hollow={hollow}>
      {t(`state.${state}`)}
    </StatusPill>
  );
}
