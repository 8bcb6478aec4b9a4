import { IconBuilding, IconGripVertical, IconX } from '@tabler/icons-react';
import { memo, useCallback, useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { usePeople } from '@/lib/people';
import { moveTo, roles, unitRoles, withRole, type Invited } from './invited';
import classes from './picker.module.css';

type Change = (change: (people: readonly Invited[]) => Invited[]) => void;

/** Those invited, in their order: role, vote, seat. Alt+↑ ↓ and the mouse move a line. */
export function PeopleList({ people, onChange }: { people: readonly Invited[]; onChange: (people: Invited[]) => void }) {
  const { t } = useTranslation();
  const latest = useRef(people);
  const [dragged, setDragged] = useState<number | null>(null);
  const known = usePeople();
  useEffect(() => {
    latest.current = people;
  });
  const change = useCallback<Change>((how) => onChange(how(latest.current)), [onChange]);
  const names = useMemo(() => new Map(people.map((one) => {
    const post = known.people.get(one.id)?.posts[0];
    const unit = known.units.get(post?.unit ?? '');
    return [one.id, { name: known.name(one.id), detail: [post?.position, unit?.short ?? unit?.name].filter(Boolean).join(', ') }];
  })), [people, known]);
  const drop = (to: number) => {
    if (dragged !== null) change((list) => moveTo(list, dragged, to));
    setDragged(null);
  };
  if (people.length === 0) return <p className={classes.none}>{t('meeting.people.none')}</p>;
  return (
    <ol className={classes.list} aria-label={t('meeting.people')}>
      {people.map((one, at) => (
        <Line
          key={one.id} one={one} at={at} name={names.get(one.id)?.name ?? one.id} detail={names.get(one.id)?.detail ?? ''}
          dragged={dragged === at} change={change} onDrag={setDragged} onDrop={drop}
        />
      ))}
    </ol>
  );
}

interface LineProps {
  one: Invited;
  at: number;
  name: string;
  detail: string;
  dragged: boolean;
  change: Change;
  onDrag: (at: number | null) => void;
  onDrop: (at: number) => void;
}

const Line = memo(function Line({ one, at, name, detail, dragged, change, onDrag, onDrop }: LineProps) {
  const { t } = useTranslation();
  const set = (part: Partial<Invited>) => change((list) => list.map((other) => (other.id === one.id ? { ...other, ...part } : other)));
  const onKeyDown = (event: KeyboardEvent) => {
    if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return;
    event.preventDefault();
    const field = event.target as HTMLElement;
    change((list) => moveTo(list, at, at + (event.key === 'ArrowUp' ? -1 : 1)));
    requestAnimationFrame(() => field.focus()); // a line that is put elsewhere loses it
  };
  const remove = (button: HTMLElement) => {
    const line = button.closest('li');
    (line?.nextElementSibling ?? line?.previousElementSibling)?.querySelector<HTMLElement>(`.${classes.remove}`)?.focus(); // the keys of the form go on
    change((list) => list.filter((other) => other.id !== one.id));
  };
  return (
    // The fields of the line hear these keys; the mouse drags by the handle.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <li className={classes.line} data-dragged={dragged || undefined} onKeyDown={onKeyDown} onDragOver={(event) => event.preventDefault()} onDrop={() => onDrop(at)}>
      <span className={classes.grip} draggable aria-hidden onDragStart={() => onDrag(at)} onDragEnd={() => onDrag(null)}><IconGripVertical size={14} /></span>
      <span className={classes.place}>{at + 1}</span>
      <span className={classes.who}>
        {one.unit && <IconBuilding size={14} stroke={1.7} aria-hidden />}
        <span className={classes.whoName}>{name}</span>
        <span className={classes.detail}>{one.unit ? t('meeting.people.sends') : detail}</span>
      </span>
      <select className={classes.role} aria-label={t('meeting.people.role_of', { name })} value={one.role} onChange={(event) => change((list) => withRole(list, one.id, event.currentTarget.value as Invited['role']))}>
        {(one.unit ? unitRoles : roles).map((role) => <option key={role} value={role}>{t(`meeting.role.${role}`)}</option>)}
      </select>
      <label className={classes.vote} data-off={one.unit || undefined}>
        <input type="checkbox" checked={one.voting} disabled={one.unit} aria-label={t('meeting.people.votes_of', { name })} onChange={(event) => set({ voting: event.currentTarget.checked })} />
        {t('meeting.people.votes')}
      </label>
      <input className={classes.seat} aria-label={t('meeting.people.seat_of', { name })} placeholder={t('meeting.people.seat')} maxLength={20} value={one.seat} onChange={(event) => set({ seat: event.currentTarget.value })} />
      <button type="button" className={classes.remove} aria-label={t('meeting.people.remove', { name })} onClick={(event) => remove(event.currentTarget)}><IconX size={14} aria-hidden /></button>
    </li>
  );
});
