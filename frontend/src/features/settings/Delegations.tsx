import { Button, Modal } from '@mantine/core';
import { IconPlus, IconUserShare } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DelegationRecord, Session } from '@/lib/backend';
import { formatDate } from '@/lib/time';
import { ConfirmDialog, Empty, StatusPill, useAct } from '@/ui';
import { DelegationForm } from './DelegationForm';
import { unitsOf } from './delegating';
import classes from './settings.module.css';

const tones = { active: 'ok', coming: 'info', ended: 'neutral', revoked: 'bad' } as const;

/** What the person lent to others and what was lent to him; gives and revokes. */
export function Delegations({ session }: { session: Session }) {
  const { t } = useTranslation();
  const act = useAct();
  const [giving, setGiving] = useState(false);
  const [revoking, setRevoking] = useState<DelegationRecord | null>(null);
  const self = session.person?.id;
  const given = session.allDelegations.filter((one) => one.from.id === self);
  const received = session.allDelegations.filter((one) => one.to.id === self);
  return (
    <>
      {unitsOf(session).length > 0 && (
        <div className={classes.tools}>
          <Button size="compact-sm" variant="light" leftSection={<IconPlus size={15} />} onClick={() => setGiving(true)}>{t('delegation.new')}</Button>
        </div>
      )}
      {given.length + received.length === 0 && <Empty icon={IconUserShare} title={t('delegation.none')} />}
      <List title={t('delegation.given')} list={given} other="to" onRevoke={setRevoking} />
      <List title={t('delegation.received')} list={received} other="from" />
      <Modal opened={giving} onClose={() => setGiving(false)} withCloseButton={false} padding={0} size={520} closeOnEscape={false} attributes={{ content: { 'aria-label': t('delegation.new') } }}>
        {giving && <DelegationForm session={session} onClose={() => setGiving(false)} />}
      </Modal>
      <ConfirmDialog
        opened={revoking !== null}
        title={t('delegation.revoke.title', { name: revoking?.to.name ?? '' })}
        text={t('delegation.revoke.text')}
        confirm={t('delegation.revoke')}
        danger
        onConfirm={async () => {
          if (revoking) await act({ name: 'delegation.revoke.1', id: revoking.id, base: 0, args: {} });
        }}
        onClose={() => setRevoking(null)}
      />
    </>
  );
}

interface ListProps {
  title: string;
  list: readonly DelegationRecord[];
  /** Whose name is shown. */
  other: 'from' | 'to';
  onRevoke?: (one: DelegationRecord) => void;
}

function List({ title, list, other, onRevoke }: ListProps) {
  const { t } = useTranslation();
  if (list.length === 0) return null;
  return (
    <>
      <h3 className={classes.subtitle}>{title}</h3>
      <ul className={classes.devices} aria-label={title}>
        {list.map((one) => (
          <li key={one.id} className={classes.device}>
            <IconUserShare size={18} stroke={1.6} aria-hidden />
            <div className={classes.deviceText}>
              <div className={classes.label}>{one[other].name}</div>
              <div className={classes.note}>
                {[one.unit.name, t('delegation.span', { from: formatDate(one.start), to: formatDate(one.end - 1) }), one.basis && t('delegation.basis.is', { number: one.basis })]
                  .filter(Boolean)
                  .join(' · ')}
              </div>
              <div className={classes.note}>{one.actions?.length ? one.actions.map((action) => t(`did.${action}`)).join(', ') : t('delegation.all')}</div>
            </div>
            <StatusPill tone={tones[one.state]}>{t(`delegation.state.${one.state}`)}</StatusPill>
            {onRevoke && (one.state === 'active' || one.state === 'coming') && (
              <Button size="compact-sm" variant="subtle" color="son" aria-label={`${t('delegation.revoke')}: ${one.to.name}`} onClick={() => onRevoke(one)}>{t('delegation.revoke')}</Button>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}
