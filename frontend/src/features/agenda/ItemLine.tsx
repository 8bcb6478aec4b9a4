import { ActionIcon } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconGripVertical, IconPencil, IconTrash } from '@tabler/icons-react';
import type { KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { AgendaItem } from '@/lib/backend';
import { formatMoment } from '@/lib/time';
import { StatusPill } from '@/ui';
import classes from './agenda.module.css';

interface Props {
  item: AgendaItem;
  /** When it begins by the plan. */
  at: number;
  number: number;
  edits: boolean;
  dragged: boolean;
  onMove: (by: number) => void;
  onFocusTo: (by: number) => void;
  onEdit: () => void;
  onRemove: () => void;
  onDrag: (key: number | null) => void;
  onDrop: () => void;
}

/** One item. On the line: ↑ ↓ go to another, Alt+↑ ↓ move it, Enter edits, Delete removes. */
export function ItemLine({ item, at, number, edits, dragged, onMove, onFocusTo, onEdit, onRemove, onDrag, onDrop }: Props) {
  const { t } = useTranslation();
  const onKeyDown = (event: KeyboardEvent) => {
    const by = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : 0;
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.target !== event.currentTarget) return;
    if (by !== 0 && event.altKey && edits) onMove(by);
    else if (by !== 0 && !event.altKey) onFocusTo(by);
    else if (event.key === 'Enter' && edits) onEdit();
    else if (event.key === 'Delete' && edits) onRemove();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const presenters = [...item.presenters.map((one) => one.name), item.presenter].filter(Boolean).join(', ');
  return (
    // The line is a stop of the keyboard; its buttons do the same for the mouse.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions, jsx-a11y/no-noninteractive-tabindex
    <li className={classes.item} data-item tabIndex={0} data-dragged={dragged || undefined} aria-label={`${number}. ${item.title}`} onKeyDown={onKeyDown} onDragOver={(event) => edits && event.preventDefault()} onDrop={onDrop}>
      {edits && <span className={classes.grip} draggable aria-hidden onDragStart={() => onDrag(item.key)} onDragEnd={() => onDrag(null)}><IconGripVertical size={15} /></span>}
      <span className={classes.clock}>{formatMoment(at).slice(0, 5)}</span>
      <span className={classes.number}>{number}.</span>
      <div className={classes.words}>
        <div className={classes.title}>
          {item.title}
          {item.type !== 'common' && <StatusPill tone={item.type === 'hidden' ? 'warn' : 'info'}>{t(`agenda.type.${item.type}`)}</StatusPill>}
        </div>
        {presenters && <div className={classes.quiet}>{t('agenda.presented', { names: presenters })}</div>}
        {item.text && <div className={classes.text}>{item.text}</div>}
      </div>
      <span className={classes.minutes}>{item.minutes ? t('agenda.minutes', { count: item.minutes }) : ''}</span>
      {edits && (
        <span className={classes.tools}>
          <ActionIcon aria-label={t('agenda.up', { title: item.title })} onClick={() => onMove(-1)}><IconArrowUp size={15} /></ActionIcon>
          <ActionIcon aria-label={t('agenda.down', { title: item.title })} onClick={() => onMove(1)}><IconArrowDown size={15} /></ActionIcon>
          <ActionIcon aria-label={t('agenda.edit.of', { title: item.title })} onClick={onEdit}><IconPencil size={15} /></ActionIcon>
          <ActionIcon aria-label={t('agenda.remove.of', { title: item.title })} onClick={onRemove}><IconTrash size={15} /></ActionIcon>
        </span>
      )}
    </li>
  );
}
