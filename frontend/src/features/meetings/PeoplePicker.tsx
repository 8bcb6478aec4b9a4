import { Button } from '@mantine/core';
import { IconBuilding, IconUser, IconUserPlus, IconUsersGroup } from '@tabler/icons-react';
import { useId, useMemo, useState, type ClipboardEvent, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useCatalog } from '@/lib/backend';
import { usePeople } from '@/lib/people';
import { addTo, candidatesOf, findCandidates, invitedAs, readPasted, type Candidate, type Invited } from './invited';
import classes from './picker.module.css';

interface Props {
  people: readonly Invited[];
  onChange: (people: Invited[]) => void;
  /** Somebody the directory does not have. */
  onOutsider: (name: string) => void;
}

const icons = { person: IconUser, unit: IconBuilding, group: IconUsersGroup };

/**
 * Invites by a few letters: arrows choose, Enter invites the person or the unit,
 * Shift+Enter all people of the unit. A pasted list is read line by line.
 */
export function PeoplePicker({ people, onChange, onOutsider }: Props) {
  const { t } = useTranslation();
  const id = useId();
  const known = usePeople();
  const { data: catalog } = useCatalog();
  const all = useMemo(() => candidatesOf(known, catalog?.groups ?? []), [known, catalog]);
  const [query, setQuery] = useState('');
  const [at, setAt] = useState(0);
  const [unclear, setUnclear] = useState<string[]>([]);
  const [said, setSaid] = useState('');
  const taken = useMemo(() => new Set(people.map((one) => one.id)), [people]);
  const found = useMemo(() => findCandidates(all, query, taken), [all, query, taken]);

  const add = (more: Invited[]) => {
    const next = addTo(people, more);
    setSaid(t('meeting.people.added', { count: next.length - people.length }));
    onChange(next);
    setQuery('');
    setAt(0);
  };
  const invite = (one: Candidate | undefined, everybody: boolean) => {
    if (!one) return;
    if (one.kind === 'person') return add([invitedAs(one.id, false, 'THANH_VIEN')]);
    const units = one.kind === 'group' ? one.members ?? [] : [one.id];
    if (!everybody) return add(units.map((unit) => invitedAs(unit, true, 'THANH_VIEN')));
    add(units.flatMap((unit) => membersOf(unit).map((person) => invitedAs(person, false, 'THANH_VIEN'))));
  };
  const membersOf = (unit: string) => (known.units.get(unit)?.office ? known.ofOffice(unit) : known.staff(unit)).map((person) => person.id);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') setAt((now) => Math.max(0, Math.min(found.length - 1, now + (event.key === 'ArrowDown' ? 1 : -1))));
    else if (event.key === 'Enter') invite(found[at], event.shiftKey);
    else if (event.key === 'Escape' && query) setQuery('');
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const onPaste = (event: ClipboardEvent) => {
    const text = event.clipboardData.getData('text');
    if (!/[\n;]/.test(text.trim())) return;
    event.preventDefault();
    const read = readPasted(text, all);
    setUnclear(read.unclear);
    add(read.found.filter((one) => one.kind !== 'group').map((one) => invitedAs(one.id, one.kind === 'unit', 'THANH_VIEN')));
  };
  return (
    <div className={classes.picker}>
      <label className={classes.label} htmlFor={id}>{t('meeting.people.add')}</label>
      <div className={classes.search}>
        <input
          id={id} type="text" role="combobox" autoComplete="off" spellCheck={false} aria-expanded={found.length > 0} aria-controls={`${id}-list`}
          aria-autocomplete="list" aria-activedescendant={found.length > 0 ? `${id}-${at}` : undefined} placeholder={t('meeting.people.placeholder')}
          value={query} onKeyDown={onKeyDown} onPaste={onPaste}
          onChange={(event) => {
            setQuery(event.currentTarget.value);
            setAt(0);
          }}
        />
        <ul id={`${id}-list`} role="listbox" tabIndex={-1} className={classes.options} hidden={found.length === 0} aria-label={t('meeting.people.add')}>
          {found.map((one, i) => (
            <Option key={`${one.kind}-${one.id}`} id={`${id}-${i}`} one={one} active={i === at} onPoint={() => setAt(i)} onInvite={(everybody) => invite(one, everybody)} />
          ))}
        </ul>
      </div>
      <div className={classes.below}>
        <span className={classes.note} aria-live="polite">{query.trim() && found.length === 0 ? t('meeting.people.nobody') : said || t('meeting.people.hint')}</span>
        <Button
          size="compact-sm" variant="subtle" leftSection={<IconUserPlus size={15} stroke={1.7} />}
          onClick={() => {
            onOutsider(query.trim());
            setQuery('');
          }}
        >
          {t('meeting.outsiders.add')}
        </Button>
      </div>
      {unclear.length > 0 && (
        <div className={classes.unclear} role="status">
          <b>{t('meeting.people.unclear')}</b>
          <ul>{unclear.map((line) => <li key={line}><button type="button" onClick={() => setQuery(line.split(/[,\t]/)[0] ?? line)}>{line}</button></li>)}</ul>
          <Button size="compact-sm" variant="subtle" onClick={() => setUnclear([])}>{t('action.close')}</Button>
        </div>
      )}
    </div>
  );
}

function Option({ id, one, active, onPoint, onInvite }: { id: string; one: Candidate; active: boolean; onPoint: () => void; onInvite: (everybody: boolean) => void }) {
  const { t } = useTranslation();
  const Icon = icons[one.kind];
  return (
    // Chosen from the field by arrows and Enter; the mouse is a shortcut.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
    <li id={id} role="option" aria-selected={active} className={classes.option} onMouseDown={(event) => event.preventDefault()} onMouseMove={onPoint} onClick={(event) => onInvite(event.shiftKey)}>
      <Icon size={15} stroke={1.7} aria-hidden />
      <span className={classes.optionName}>{one.name}</span>
      <span className={classes.optionDetail}>{one.kind === 'person' ? one.detail : t(`meeting.people.whole.${one.kind}`)}</span>
    </li>
  );
}
