import { IconUser, IconUsersGroup, IconX } from '@tabler/icons-react';
import { useId, useMemo, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { Receiver } from '@/lib/backend';
import { addReceiver, nextRole, setRole, suggest, type Candidate } from './composer';
import classes from './composer.module.css';

interface Props {
  candidates: readonly Candidate[];
  receivers: readonly Receiver[];
  leadTaken: boolean;
  name: (id: string) => string;
  onChange: (receivers: Receiver[]) => void;
}

/**
 * Receivers by a few letters: arrows choose, Enter adds, Backspace in the empty
 * field takes the last one away. The role of each is one click or Space.
 */
export function ReceiverPicker({ candidates, receivers, leadTaken, name, onChange }: Props) {
  const { t } = useTranslation();
  const id = useId();
  const [query, setQuery] = useState('');
  const [shown, setShown] = useState(false);
  const [at, setAt] = useState(0);
  const found = useMemo(() => suggest(query, candidates, receivers), [query, candidates, receivers]);
  const open = shown && found.length > 0;

  const add = (candidate: Candidate | undefined) => {
    if (!candidate) return;
    onChange(addReceiver(receivers, candidate, leadTaken));
    setQuery('');
    setAt(0);
    setShown(false);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey) return;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      setShown(true);
      setAt((now) => Math.max(0, Math.min(found.length - 1, now + (event.key === 'ArrowDown' ? 1 : -1))));
    } else if (event.key === 'Enter') add(open ? found[at] : undefined);
    else if (event.key === 'Escape' && open) setShown(false);
    else if (event.key === 'Backspace' && query === '' && receivers.length > 0) onChange(receivers.slice(0, -1));
    else return;
    event.preventDefault();
  };

  return (
    <div>
      <label className={classes.label} htmlFor={id}>{t('directive.receivers')}</label>
      {receivers.length > 0 && (
        <ul className={classes.receivers} aria-label={t('directive.receivers')}>
          {receivers.map((receiver) => (
            <li key={receiver.id} className={classes.receiver}>
              {receiver.unit ? <IconUsersGroup size={15} stroke={1.7} aria-hidden /> : <IconUser size={15} stroke={1.7} aria-hidden />}
              <span className="kg-clip">{name(receiver.id)}</span>
              <button
                type="button"
                className={classes.role}
                data-role={receiver.role}
                title={t('directive.role.change')}
                aria-label={t('directive.role.of', { name: name(receiver.id), role: t(`directive.role.${receiver.role}`) })}
                onClick={() => onChange(setRole(receivers, receiver.id, nextRole(receiver.role, leadTaken)))}
              >
                {t(`directive.role.${receiver.role}`)}
              </button>
              <button
                type="button"
                className={classes.remove}
                aria-label={t('directive.receivers.remove', { name: name(receiver.id) })}
                onClick={() => onChange(receivers.filter((other) => other.id !== receiver.id))}
              >
                <IconX size={14} aria-hidden />
              </button>
            </li>
          ))}
        </ul>
      )}
      <div className={classes.search}>
        <input
          id={id}
          type="text"
          role="combobox"
          autoComplete="off"
          spellCheck={false}
          aria-expanded={open}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={open ? `${id}-${at}` : undefined}
          placeholder={t('directive.receivers.placeholder')}
          value={query}
          onChange={(event) => {
            setQuery(event.currentTarget.value);
            setShown(true);
            setAt(0);
          }}
          onFocus={() => setShown(receivers.length === 0)}
          onClick={() => setShown(true)}
          onBlur={() => setShown(false)}
          onKeyDown={onKeyDown}
        />
        {/* A list that scrolls would take the focus of Tab, and lose it as it closes. */}
        <ul id={`${id}-list`} role="listbox" tabIndex={-1} className={classes.options} hidden={!open} aria-label={t('directive.receivers')}>
          {found.map((candidate, i) => (
            // Chosen from the field by arrows and Enter; the mouse is a shortcut.
            // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
            <li
              key={candidate.id}
              id={`${id}-${i}`}
              role="option"
              aria-selected={i === at}
              className={classes.option}
              onMouseDown={(event) => event.preventDefault()}
              onMouseMove={() => setAt(i)}
              onClick={() => add(candidate)}
            >
              {candidate.unit ? <IconUsersGroup size={15} stroke={1.7} aria-hidden /> : <IconUser size={15} stroke={1.7} aria-hidden />}
              <span className={classes.optionName}>{candidate.name}</span>
              <span className={`${classes.optionDetail} kg-clip`}>{candidate.detail}</span>
            </li>
          ))}
        </ul>
      </div>
      {leadTaken && <p className={classes.note}>{t('directive.lead_taken')}</p>}
    </div>
  );
}
