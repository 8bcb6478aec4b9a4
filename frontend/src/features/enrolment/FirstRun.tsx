import { Button, FileButton, SegmentedControl, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { IconCircleCheck, IconFileCertificate } from '@tabler/icons-react';
import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, useSession } from '@/lib/backend';
import { errorText } from '@/lib/errors';
import type { ChangeEvent } from '@/lib/events';
import { useEvents } from '@/lib/live';
import { formatMoment } from '@/lib/time';
import { FrontDoor } from '@/ui';
import { isOffer, offeredInvitation, readInvitation, type Invitation } from './invitation';
import classes from './first-run.module.css';

type Way = 'code' | 'file';

/** Makes this laptop its person's: by a code from the unit's administrator, or by an invitation file. */
export function FirstRun({ onBusy }: { onBusy: (busy: boolean) => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const left = useSession().data?.left;
  const [offered] = useState(() => offeredInvitation(location.pathname));
  const [way, setWay] = useState<Way>(offered ? 'file' : 'code');
  const [step, setStep] = useState<string | null>(null);
  const [failed, setFailed] = useState<string | null>(null);
  const [welcome, setWelcome] = useState<{ name: string; office: string } | null>(null);

  useEvents(useCallback((event: ChangeEvent) => {
    if (event.entity === 'enrol') setStep(stepOf(event.data));
  }, []));

  // What was offered is as secret as its code: it does not stay in the address.
  useEffect(() => {
    if (isOffer(location.pathname)) history.replaceState(null, '', '/');
  }, []);

  const enrol = async (body: Parameters<typeof api.enrol>[0]) => {
    setFailed(null);
    setStep('start');
    onBusy(true);
    try {
      const { name, office } = await api.enrol(body);
      setWelcome({ name, office });
    } catch (error) {
      setFailed(errorText(error));
      onBusy(false);
    }
    setStep(null);
  };

  if (welcome) {
    return (
      <FrontDoor title={t('enrol.done.title', { name: welcome.name })} text={t('enrol.done.text', { office: welcome.office })}>
        <div className={classes.done}><IconCircleCheck size={20} stroke={1.7} aria-hidden />{t('enrol.done.note')}</div>
        <Button fullWidth size="md" autoFocus onClick={() => void client.invalidateQueries().then(() => onBusy(false))}>{t('enrol.done.start')}</Button>
      </FrontDoor>
    );
  }
  const busy = step !== null;
  return (
    <FrontDoor title={left ? t('left.title') : t('enrol.title')} text={left ? t('left.text', { count: left.commands, at: formatMoment(left.at) }) : t('enrol.text')}>
      <SegmentedControl
        fullWidth
        mb="md"
        aria-label={t('enrol.way')}
        disabled={busy}
        value={way}
        onChange={(value) => {
          setWay(value as Way);
          setFailed(null);
        }}
        data={[{ value: 'code', label: t('enrol.by_code') }, { value: 'file', label: t('enrol.by_file') }]}
      />
      {way === 'code' ? <ByCode busy={busy} onEnrol={enrol} /> : <ByFile offered={offered} busy={busy} onEnrol={enrol} onFail={setFailed} />}
      {busy && (
        <div className={classes.progress} role="status">
          <span className={classes.spinner} aria-hidden />
          {t(`enrol.step.${step}`, { defaultValue: t('enrol.step.start') })}
        </div>
      )}
      {failed && <p role="alert" className={classes.failed}>{failed}</p>}
    </FrontDoor>
  );
}

function stepOf(data: unknown): string {
  return typeof data === 'object' && data !== null && 'step' in data && typeof data.step === 'string' ? data.step : 'start';
}

function ByCode({ busy, onEnrol }: { busy: boolean; onEnrol: (body: { server: string; code: string }) => Promise<void> }) {
  const { t } = useTranslation();
  const [server, setServer] = useState('');
  const [code, setCode] = useState('');
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void onEnrol({ server: server.trim(), code: code.trim() });
      }}
    >
      <TextInput label={t('enrol.server')} description={t('enrol.server.hint')} required withAsterisk={false} size="md" autoFocus disabled={busy} spellCheck={false} value={server} onChange={(event) => setServer(event.currentTarget.value)} />
      <TextInput
        label={t('enrol.code')}
        description={t('enrol.code.hint')}
        required
        withAsterisk={false}
        size="md"
        mt="sm"
        disabled={busy}
        spellCheck={false}
        autoComplete="off"
        classNames={{ input: classes.code }}
        value={code}
        onChange={(event) => setCode(event.currentTarget.value)}
      />
      <Button type="submit" fullWidth size="md" mt="lg" loading={busy}>{t('enrol.go')}</Button>
    </form>
  );
}

interface ByFileProps {
  offered: Invitation | null;
  busy: boolean;
  onEnrol: (body: { invitation: Record<string, unknown> }) => Promise<void>;
  onFail: (words: string | null) => void;
}

function ByFile({ offered, busy, onEnrol, onFail }: ByFileProps) {
  const { t } = useTranslation();
  const [invitation, setInvitation] = useState<Invitation | null>(offered);
  const [over, setOver] = useState(false);
  const take = async (file: File | null | undefined) => {
    if (!file) return;
    onFail(null);
    const read = await readInvitation(file);
    setInvitation(read);
    if (!read) onFail(t('error.enrol.not_invitation'));
  };
  return (
    <>
      {/* Dropping is a second way: the button inside does the same. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <div
        className={classes.drop}
        data-over={over || undefined}
        role="group"
        aria-label={t('enrol.by_file')}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          void take(event.dataTransfer.files[0]);
        }}
      >
        <IconFileCertificate size={28} stroke={1.5} aria-hidden />
        {invitation ? (
          <>
            <div className={classes.who}>{invitation.personName}</div>
            <div>{invitation.officeName}</div>
            {invitation.expires > 0 && <div className={classes.hint}>{t('enrol.file.expires', { at: formatMoment(invitation.expires) })}</div>}
          </>
        ) : (
          <div>{t('enrol.file.drop')}</div>
        )}
        <FileButton onChange={(file) => void take(file)} accept=".kgmoi,application/json">
          {(props) => <Button {...props} variant="default" size="compact-sm" disabled={busy}>{t('enrol.file.choose')}</Button>}
        </FileButton>
      </div>
      <Button fullWidth size="md" mt="lg" loading={busy} disabled={!invitation} onClick={() => invitation && void onEnrol({ invitation: invitation.raw })}>{t('enrol.go')}</Button>
    </>
  );
}
