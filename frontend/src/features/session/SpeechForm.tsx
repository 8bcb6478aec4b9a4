import { NativeSelect, Select, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LiveSession, MeetingView, SpeechView } from '@/lib/backend';
import { fold } from '@/lib/fold';
import { FormFrame, useAct } from '@/ui';
import classes from './session.module.css';

type Kind = SpeechView['kind'];
const talkers = new Set(['CHU_TRI', 'THU_KY', 'THANH_VIEN', 'TRINH_BAY', 'KHACH_MOI']);

/** What somebody wants to say: one's own wish, or one that the secretary enters for somebody. */
export function SpeechForm({ view, meeting, forOthers, onClose }: { view: LiveSession; meeting: MeetingView; forOthers?: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const act = useAct();
  const [kind, setKind] = useState<Kind>(view.questionTime ? 'chat_van' : 'contribution');
  const [person, setPerson] = useState<string | null>(null);
  const [to, setTo] = useState<string | null>(null);
  const [about, setAbout] = useState('');
  const [item, setItem] = useState(view.current ? String(view.current) : '');
  const [text, setText] = useState('');
  const kinds: Kind[] = ['contribution', 'pro', 'contra', 'point_of_order', ...(view.questions ? (['chat_van', 'tra_loi'] as const) : [])];
  const people = meeting.participants.filter((each) => !each.unit && talkers.has(each.role)).map((each) => ({ value: each.id, label: [each.name, each.title || each.position].filter(Boolean).join(', ') }));
  const questions = [...view.queue, ...view.further, ...view.over, ...(view.speaking ? [view.speaking] : []), ...(view.called ? [view.called] : [])].filter((each) => each.kind === 'chat_van');
  const missing =
    forOthers && !person ? t('session.form.no_person') : kind === 'chat_van' && !to ? t('session.form.no_asked') : kind === 'tra_loi' && !about ? t('session.form.no_question') : null;
  const send = async () => {
    const wish = {
      kind, text: text.trim() || undefined, item: item ? Number(item) : undefined, to: kind === 'chat_van' && to ? to : undefined,
      about: kind === 'tra_loi' && about ? Number(about) : undefined,
    };
    const target = { id: view.id, base: 0 };
    if (forOthers && person) await act({ name: 'session.enter_speech.1', ...target, args: { meeting: view.meeting, person, wish } });
    else await act({ name: 'session.ask_to_speak.1', ...target, args: { meeting: view.meeting, wish } });
    onClose();
  };
  const named = ({ options, search }: { options: unknown[]; search: string }) => (options as Array<{ label: string; value: string }>).filter((each) => fold(each.label).includes(fold(search.trim())));
  return (
    <FormFrame title={t(forOthers ? 'session.enter.title' : 'session.ask')} submit={t(forOthers ? 'session.enter' : 'session.ask')} missing={missing} onSubmit={send} onClose={onClose}>
      <div className={classes.form}>
        {forOthers && <Select label={t('session.form.person')} data={people} value={person} onChange={setPerson} searchable openOnFocus={false} filter={named as never} limit={50} nothingFoundMessage={t('session.form.nobody')} data-autofocus withAsterisk />}
        <NativeSelect label={t('session.form.kind')} value={kind} onChange={(event) => setKind(event.currentTarget.value as Kind)} data={kinds.map((each) => ({ value: each, label: t(`session.kind.${each}`) }))} />
        {kind === 'chat_van' && <Select label={t('session.form.asked')} data={people} value={to} onChange={setTo} searchable openOnFocus={false} filter={named as never} limit={50} nothingFoundMessage={t('session.form.nobody')} withAsterisk />}
        {kind === 'tra_loi' && (
          <NativeSelect label={t('session.form.question')} value={about} onChange={(event) => setAbout(event.currentTarget.value)} withAsterisk
            data={[{ value: '', label: '' }, ...questions.map((each) => ({ value: String(each.key), label: [each.person.name, each.text].filter(Boolean).join(': ') }))]} />
        )}
        {view.items.length > 0 && (
          <NativeSelect label={t('session.form.item')} value={item} onChange={(event) => setItem(event.currentTarget.value)}
            data={[{ value: '', label: t('session.form.item.none') }, ...view.items.map((each, i) => ({ value: String(each.key), label: `${i + 1}. ${each.title}` }))]} />
        )}
        <Textarea label={t('session.form.text')} value={text} maxLength={500} autosize minRows={2} maxRows={5} onChange={(event) => setText(event.currentTarget.value)} />
      </div>
    </FormFrame>
  );
}
