import { Button, Modal, Radio, Textarea } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSlip, type SlipPerson, type SlipView } from '@/lib/backend';
import { errorText } from '@/lib/errors';
import { formatMoment } from '@/lib/time';
import { Bars, Verdict } from '@/features/votes';
import { ConfirmDialog, DataTable, Loaded, StatusPill, useAct, type Column } from '@/ui';
import { SlipFiles } from './SlipFiles';
import { SlipForm } from './SlipForm';
import { stateTones } from './slips';
import classes from './slips.module.css';

/** One slip: the question, my answer, who answered what, what came out. */
export function SlipCard({ id }: { id: string }) {
  const slip = useSlip(id);
  return <Loaded query={slip}>{(view) => <Card slip={view} />}</Loaded>;
}

function Card({ slip }: { slip: SlipView }) {
  const { t } = useTranslation();
  return (
    <article className={classes.card} aria-label={slip.title}>
      <header>
        <div className={classes.pills}>
          <StatusPill tone={stateTones[slip.state]}>{t(`slip.state.${slip.state}`)}</StatusPill>
          {slip.overdue && <StatusPill tone="bad">{t('slip.overdue')}</StatusPill>}
          {slip.pending && <StatusPill tone="warn" hollow>{t('vote.pending')}</StatusPill>}
        </div>
        <h2 className={classes.title}>{slip.title}</h2>
        {slip.text && <p className={classes.text}>{slip.text}</p>}
        <p className={classes.note}>{t('slip.from', { name: slip.creator.name, unit: slip.unit.name })} {t('slip.due_at', { at: formatMoment(slip.due) })}. {t(`slip.silence.${slip.silence}`)}.</p>
        {slip.meeting && <p className={classes.note}>{t('slip.meeting', { title: slip.meeting.title })}</p>}
        {slip.state === 'cancelled' && <p className={classes.void}>{t('slip.cancelled', { reason: slip.reason ?? '' })}</p>}
      </header>
      <SlipFiles slip={slip} />
      {slip.answer !== undefined && (slip.state === 'sent' || slip.mine) && <Answer slip={slip} />}
      {slip.result && (
        <section className={classes.result} aria-label={t('slip.result')}>
          {slip.threshold && <Verdict passed={slip.result.passed} />}
          <Bars result={slip.result} />
          <p className={classes.note}>{t('slip.result.numbers', { asked: slip.result.eligible, cast: slip.result.cast, silent: slip.result.silent })}</p>
        </section>
      )}
      {slip.runs && <People slip={slip} />}
      <Actions slip={slip} />
    </article>
  );
}

const answers = ['DONG_Y', 'KHONG_DONG_Y', 'Y_KIEN_KHAC'] as const;

function Answer({ slip }: { slip: SlipView }) {
  const { t } = useTranslation();
  const act = useAct();
  const [choice, setChoice] = useState<string | null>(slip.mine?.choice ?? null);
  const [text, setText] = useState(slip.mine?.text ?? '');
  const [failed, setFailed] = useState<unknown>(null);
  const incomplete = choice === null || (choice === 'Y_KIEN_KHAC' && text.trim() === '');
  const send = async () => {
    setFailed(null);
    try {
      await act({ name: 'slipanswer.give.1', id: slip.answer ?? '', base: 0, args: { slip: slip.id, answer: choice as (typeof answers)[number], text: text || undefined } }, t('slip.did.answer'));
    } catch (error) {
      setFailed(error);
    }
  };
  const how = slip.mine?.pending ? 'waiting' : slip.mine?.late ? 'late' : 'received';
  return (
    <section className={classes.answer} aria-label={t('slip.mine')}>
      {slip.mine && <p className={classes.said} data-how={how} role="status">{t(`slip.mine.${how}`, { choice: t(`vote.choice.${slip.mine.choice}`), at: formatMoment(slip.mine.at) })}</p>}
      {slip.mayAnswer && !(slip.mine && slip.overdue) && (
        <>
          <Radio.Group label={t(slip.mine ? 'slip.answer.again' : 'slip.answer.ask')} value={choice} onChange={setChoice}>
            {answers.map((each) => <Radio key={each} mt={8} value={each} label={t(`vote.choice.${each}`)} />)}
          </Radio.Group>
          <Textarea label={t('slip.answer.text')} required={choice === 'Y_KIEN_KHAC'} autosize minRows={2} maxLength={4000} value={text} onChange={(event) => setText(event.currentTarget.value)} />
          <div><Button disabled={incomplete} onClick={() => void send()}>{t('slip.answer.send')}</Button></div>
          {failed !== null && <p role="alert" className={classes.failed}>{errorText(failed)}</p>}
        </>
      )}
    </section>
  );
}

function People({ slip }: { slip: SlipView }) {
  const { t } = useTranslation();
  const columns = useMemo<Array<Column<SlipPerson>>>(() => [
    { id: 'name', header: t('vote.col.name'), width: 180, grow: 1, cell: (row) => row.person.name },
    { id: 'choice', header: t('slip.col.answer'), width: 140, cell: (row) => (row.choice ? t(`vote.choice.${row.choice}`) : t('slip.unanswered')) },
    { id: 'text', header: t('slip.col.text'), width: 200, grow: 3, hideBelow: 680, cell: (row) => row.text ?? '' },
    { id: 'at', header: t('slip.col.at'), width: 160, hideBelow: 500, cell: (row) => (row.late ? t('vote.late') : row.at ? formatMoment(row.at) : '') },
  ], [t]);
  return (
    <section aria-label={t('slip.follow')}>
      <h3 className={classes.sub}>{t('slip.answered', { n: slip.answered, of: slip.asked })}{slip.reminded ? ` · ${t('slip.reminded', { at: formatMoment(slip.reminded) })}` : ''}</h3>
      <div className={classes.table}><DataTable id="slip-people" label={t('slip.follow')} columns={columns} rows={slip.people} rowId={(row) => row.person.id} rowLook={(row) => ({ quiet: !row.choice })} /></div>
    </section>
  );
}

function Actions({ slip }: { slip: SlipView }) {
  const { t } = useTranslation();
  const act = useAct();
  const [asking, setAsking] = useState<'edit' | 'send' | 'close' | 'cancel' | null>(null);
  const [failed, setFailed] = useState<unknown>(null);
  const may = new Set(slip.actions);
  const on = { id: slip.id, base: slip.version };
  const close = () => setAsking(null);
  if (slip.actions.length === 0) return null;
  return (
    <footer className={classes.tools}>
      {may.has('slip.send') && <Button onClick={() => setAsking('send')}>{t('slip.do.send')}</Button>}
      {may.has('slip.edit') && <Button variant="light" onClick={() => setAsking('edit')}>{t('slip.do.edit')}</Button>}
      {may.has('slip.remind') && <Button variant="light" onClick={() => { setFailed(null); void act({ name: 'slip.remind.1', ...on, args: {} }, t('slip.did.remind')).catch(setFailed); }}>{t('slip.do.remind')}</Button>}
      {may.has('slip.close') && <Button onClick={() => setAsking('close')}>{t('slip.do.close')}</Button>}
      {may.has('slip.cancel') && <Button variant="subtle" color="son" onClick={() => setAsking('cancel')}>{t('slip.do.cancel')}</Button>}
      {failed !== null && <p role="alert" className={classes.failed}>{errorText(failed)}</p>}
      <Modal opened={asking === 'edit'} onClose={close} withCloseButton={false} padding={0} size={560}>
        <SlipForm slip={slip} onClose={close} />
      </Modal>
      <ConfirmDialog opened={asking === 'send'} title={t('slip.send.title')} text={t('slip.send.text', { n: slip.asked })} confirm={t('slip.do.send')} onConfirm={async () => act({ name: 'slip.send.1', ...on, args: {} }, t('slip.did.send'))} onClose={close} />
      <ConfirmDialog opened={asking === 'close'} title={t('slip.close.title')} text={t('slip.close.text', { n: slip.answered, of: slip.asked })} confirm={t('slip.do.close')} onConfirm={async () => act({ name: 'slip.close.1', ...on, args: {} }, t('slip.did.close'))} onClose={close} />
      <ConfirmDialog opened={asking === 'cancel'} title={t('slip.cancel.title')} confirm={t('slip.do.cancel')} danger reason={{ label: t('vote.void.reason'), required: true }} onConfirm={async (text) => act({ name: 'slip.cancel.1', ...on, args: { text } }, t('slip.did.cancel'))} onClose={close} />
    </footer>
  );
}
