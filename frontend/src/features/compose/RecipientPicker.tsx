import { Button, Popover, TextInput } from '@mantine/core';
import { IconChevronRight, IconDeviceFloppy, IconSearch, IconUsersGroup, IconX } from '@tabler/icons-react';
import { useId, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api, useCatalog, useDirectory, type UnitInfo } from '@/lib/backend';
import { errorText } from '@/lib/errors';
import { usePeople } from '@/lib/people';
import { useAct } from '@/ui';
import { linesOf, membersOf, officeTree, toggle, type Line } from './recipients';
import classes from './recipients.module.css';

interface Props {
  /** The office that sends. */
  office: string;
  value: readonly string[];
  onChange: (ids: string[]) => void;
  label?: string;
}

const none: UnitInfo[] = [];
const shownChips = 8;

/** Recipient offices: groups, a tree, and a search without accents. Space chooses, arrows move and open. */
export function RecipientPicker({ office, value, onChange, label }: Props) {
  const { t } = useTranslation();
  const id = useId();
  const { data: directory } = useDirectory();
  const { data: catalog } = useCatalog();
  const people = usePeople();
  const tree = useMemo(() => officeTree(directory?.units ?? none, office), [directory, office]);
  const [open, setOpen] = useState<ReadonlySet<string> | null>(null);
  const [query, setQuery] = useState('');
  const [at, setAt] = useState(0);
  const list = useRef<HTMLUListElement>(null);
  const roots = useMemo(() => new Set(tree.flatMap((branch) => [branch.id, ...(tree.length === 1 && branch.children.length === 1 ? branch.children.map((child) => child.id) : [])])), [tree]);
  const opened = open ?? roots;
  const lines = useMemo(() => linesOf(tree, opened, query), [tree, opened, query]);
  const groups = useMemo(() => (catalog?.groups ?? []).map((group) => ({ ...group, ids: membersOf(group, tree) })).filter((group) => group.ids.length > 0), [catalog, tree]);
  const chosen = useMemo(() => new Set(value), [value]);

  const fold = (line: Line | undefined, show: boolean) => {
    if (!line || line.branch.children.length === 0 || line.open === show) return false;
    const next = new Set(opened);
    if (show) next.add(line.branch.id);
    else next.delete(line.branch.id);
    setOpen(next);
    return true;
  };
  const choose = (line: Line | undefined) => {
    if (!line) return;
    if (line.branch.office) onChange(toggle(value, [line.branch.id]));
    else fold(line, !line.open);
  };
  const move = (to: number) => {
    const next = Math.max(0, Math.min(lines.length - 1, to));
    setAt(next);
    list.current?.children[next]?.scrollIntoView({ block: 'nearest' });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const line = lines[at];
    const inList = event.target === list.current;
    if (event.key === 'ArrowDown') move(at + 1);
    else if (event.key === 'ArrowUp') move(at - 1);
    else if (inList && event.key === 'ArrowRight') fold(line, true);
    else if (inList && event.key === 'ArrowLeft') fold(line, false);
    else if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) choose(line);
    else if (inList && event.key === ' ') choose(line);
    else return;
    event.preventDefault();
  };

  return (
    // The field and the list inside hear these keys.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div className={classes.picker} onKeyDown={onKeyDown}>
      <div className={classes.head}>
        <span id={`${id}-label`} className={classes.label}>{label ?? t('compose.recipients')}</span>
        <span className={classes.count} aria-live="polite">{t('compose.recipients.count', { count: value.length })}</span>
        {value.length > 0 && <button type="button" className={classes.link} onClick={() => onChange([])}>{t('action.clear')}</button>}
      </div>
      {groups.length > 0 && (
        <div className={classes.groups} role="group" aria-label={t('compose.groups')}>
          {groups.map((group) => {
            const all = group.ids.every((member) => chosen.has(member));
            return (
              <button key={group.id} type="button" className={classes.group} aria-pressed={all} onClick={() => onChange(toggle(value, group.ids))}>
                <IconUsersGroup size={14} stroke={1.7} aria-hidden />
                {group.name} <span className={classes.groupCount}>{group.ids.length}</span>
              </button>
            );
          })}
        </div>
      )}
      <div className={classes.box}>
        <TextInput
          aria-label={t('compose.recipients.search')}
          placeholder={t('compose.recipients.search')}
          leftSection={<IconSearch size={15} stroke={1.7} aria-hidden />}
          value={query}
          variant="unstyled"
          className={classes.search}
          onChange={(event) => {
            setQuery(event.currentTarget.value);
            setAt(0);
          }}
        />
        <ul
          ref={list}
          className={classes.list}
          role="listbox"
          tabIndex={0}
          aria-multiselectable
          aria-labelledby={`${id}-label`}
          aria-activedescendant={lines[at] ? `${id}-${at}` : undefined}
        >
          {lines.map((line, i) => (
            <BranchLine
              key={line.branch.id}
              id={`${id}-${i}`}
              line={line}
              active={i === at}
              chosen={chosen}
              onChoose={() => {
                setAt(i);
                choose(line);
              }}
              onFold={() => fold(line, !line.open)}
              onAll={() => onChange(toggle(value, line.branch.offices))}
            />
          ))}
          {lines.length === 0 && <li className={classes.none}>{t('compose.recipients.none')}</li>}
        </ul>
      </div>
      {value.length > 0 && (
        <div className={classes.chips}>
          {value.slice(0, shownChips).map((unit) => (
            <span key={unit} className={classes.chip}>
              <span className="kg-clip">{people.name(unit)}</span>
              <button type="button" aria-label={t('directive.receivers.remove', { name: people.name(unit) })} onClick={() => onChange(value.filter((other) => other !== unit))}><IconX size={12} aria-hidden /></button>
            </span>
          ))}
          {value.length > shownChips && <span className={classes.more}>{t('compose.recipients.more', { count: value.length - shownChips })}</span>}
          {value.length > 1 && <SaveGroup office={office} members={value} />}
        </div>
      )}
    </div>
  );
}

interface LineProps {
  id: string;
  line: Line;
  active: boolean;
  chosen: ReadonlySet<string>;
  onChoose: () => void;
  onFold: () => void;
  onAll: () => void;
}

function BranchLine({ id, line: { branch, open }, active, chosen, onChoose, onFold, onAll }: LineProps) {
  const { t } = useTranslation();
  const below = branch.offices.filter((office) => office !== branch.id);
  const selected = branch.office ? chosen.has(branch.id) : below.every((office) => chosen.has(office));
  return (
    // The list itself hears the keyboard.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
    <li
      id={id}
      role="option"
      aria-selected={selected}
      className={classes.line}
      data-active={active || undefined}
      data-office={branch.office || undefined}
      style={{ paddingLeft: 8 + branch.depth * 18 }}
      onMouseDown={(event) => event.preventDefault()}
      onClick={onChoose}
    >
      <span
        className={classes.fold}
        data-open={open || undefined}
        data-empty={branch.children.length === 0 || undefined}
        aria-hidden
        onClick={(event) => {
          event.stopPropagation();
          onFold();
        }}
      >
        <IconChevronRight size={14} />
      </span>
      <span className={classes.check} data-on={selected || undefined} data-none={!branch.office || undefined} aria-hidden />
      <span className="kg-clip">{branch.name}</span>
      {branch.children.length > 0 && below.length > 1 && (
        <span
          className={classes.all}
          aria-hidden
          onClick={(event) => {
            event.stopPropagation();
            onAll();
          }}
        >
          {t('compose.recipients.all_below', { count: branch.offices.length })}
        </span>
      )}
    </li>
  );
}

/** Keeps the present choice as a group under a name. */
function SaveGroup({ office, members }: { office: string; members: readonly string[] }) {
  const { t } = useTranslation();
  const act = useAct();
  const [opened, setOpened] = useState(false);
  const [name, setName] = useState('');
  const [failed, setFailed] = useState<unknown>(null);
  const save = async () => {
    try {
      await act({ name: 'group.save.1', id: await api.newId(), base: 0, args: { unit: office, name: name.trim().normalize('NFC'), members: [...members] } });
      setOpened(false);
      setName('');
    } catch (error) {
      setFailed(error);
    }
  };
  return (
    <Popover opened={opened} onChange={setOpened} trapFocus withinPortal shadow="md" width={300}>
      <Popover.Target>
        <button type="button" className={classes.link} onClick={() => setOpened(!opened)}>{t('compose.groups.save')}</button>
      </Popover.Target>
      <Popover.Dropdown>
        <TextInput label={t('compose.groups.name')} maxLength={200} value={name} error={failed === null ? undefined : errorText(failed)} onChange={(event) => setName(event.currentTarget.value)} />
        <Button mt={10} fullWidth disabled={!name.trim()} leftSection={<IconDeviceFloppy size={16} stroke={1.7} />} onClick={() => void save()}>{t('action.save')}</Button>
      </Popover.Dropdown>
    </Popover>
  );
}
