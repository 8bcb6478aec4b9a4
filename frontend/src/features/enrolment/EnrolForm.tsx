import { Button, FileButton, SegmentedControl, TextInput } from '@mantine/core';
import { IconFileCertificate } from '@tabler/icons-react';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Enrolled } from '@/lib/backend';
import { errorText } from '@/lib/errors';
import type { ChangeEvent } from '@/lib/events';
import { useEvents } from '@/lib/live';
import { formatMoment } from '@/lib/time';
import { readInvitation, type Invitation } from './invitation';
import classes from './first-run.module.css';

type Way = 'code' | 'file';
type Enrolment = Parameters<typeof api.enrol>[0];

interface Props {
  /** Whether the person must say where the server is; a laptop that was enrolled before knows. */
  asksServer: boolean;
  /** An invitation file that the person opened from a folder. */
  offered: Invitation | null;
  onBusy?: (busy: boolean) => void;
  onDone: (enrolled: Enrolled) => void;
}

/** Takes a code from the unit's administrator, or an invitation file, and shows each step of what follows. */
export function EnrolForm({ asksServer, offered, onBusy, onDone }: Props) {
  const { t } = useTranslation();
  const [way, setWay] = useState<Way>(offered ? 'file' : 'code');
  const [step, setStep] = useState<string | null>(null);
  const [failed, setFailed] = useState<string | null>(null);

  useEvents(useCallback((event: ChangeEvent) => {
    if (event.entity === 'enrol') setStep(stepOf(event.data));
  }, []));

  const enrol = async (body: Enrolment) => {
    setFailed(null);
    setStep('start');
    onBusy?.(true);
    try {
      const enrolled = await api.enrol(body);
      setStep(null);
      onDone(enrolled);
    } catch (error) {
      setStep(null);
      setFailed(errorText(error));
      onBusy?.(false);
    }
  };
  const busy = step !== null;
  return (
    <>
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
      {way === 'code' ? <ByCode asksServer={asksServer} busy={busy} onEnrol={enrol} /> : <ByFile offered={offered} busy={busy} onEnrol={enrol} onFail={setFailed} />}
      {busy && (
        <div className={classes.progress} role="status">
          <span className={classes.spinner} aria-hidden />
          {t(`enrol.step.${step}`, { defaultValue: t('enrol.step.start') })}
        </div>
      )}
      {failed && <p role="alert" className={classes.failed}>{failed}</p>}
    </>
  );
}

function stepOf(data: unknown): string {
  return typeof data === 'object' && data !== null && 'step' in data && typeof data.step === 'string' ? data.step : 'start';
}

interface ByCodeProps {
  asksServer: boolean;
  busy: boolean;
  onEnrol: (body: Enrolment) => Promise<void>;
}

function ByCode({ asksServer, busy, onEnrol }: ByCodeProps) {
  const { t } = useTranslation();
  const [server, setServer] = useState('');
  const [code, setCode] = useState('');
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void onEnrol(asksServer ? { server: server.trim(), code: code.trim() } : { code: code.trim() });
      }}
    >
      {asksServer && <TextInput label={t('enrol.server')} description={t('enrol.server.hint')} required withAsterisk={false} size="md" mb="sm" autoFocus disabled={busy} spellCheck={false} value={server} onChange={(event) => setServer(event.currentTarget.value)} />}
      <TextInput
        label={t('enrol.code')}
        description={t('enrol.code.hint')}
        required
        withAsterisk={false}
        size="md"
        disabled={busy}
        spellCheck={false}
        autoComplete="off"
        data-autofocus={asksServer ? undefined : true}
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
  onEnrol: (body: Enrolment) => Promise<void>;
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
