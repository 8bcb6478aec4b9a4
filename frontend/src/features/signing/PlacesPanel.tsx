import { ActionIcon, Button, NumberInput, Switch, Tooltip } from '@mantine/core';
import { IconEye, IconRestore } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { fileRect, onPage, type PageFrame } from '@/ui';
import { dropPlace, turnTo, usualBox } from './moving';
import { placeKinds, type PlaceKind, type Places } from './places';
import type { Item } from './useSigning';
import classes from './placing.module.css';

interface Props {
  item: Item;
  /** Pages that have been seen, by index. */
  frames: Readonly<Record<number, PageFrame>>;
  pages: number;
  /** The page in view, from 0. */
  current: number;
  onChange: (places: Places) => void;
  onShow: (page: number) => void;
}

const a4: PageFrame = { index: 0, width: 595, height: 842, transform: [1, 0, 0, -1, 0, 842] };

/** What is drawn on the page, and where: each can be switched off, sent to another page and looked at. */
export function PlacesPanel({ item, frames, pages, current, onChange, onShow }: Props) {
  const { t } = useTranslation();
  const { places, found } = item;
  const toggle = (kind: PlaceKind, on: boolean) => {
    if (!on) return onChange(dropPlace(places, kind));
    const known = found?.places[kind];
    const frame = frames[current] ?? a4;
    onChange({ ...places, [kind]: known ?? { page: current, rect: fileRect(frame, onPage(frame, usualBox(kind, frame))) } });
    onShow(known?.page ?? current);
  };
  return (
    <fieldset className={classes.panel}>
      <legend className="kg-sr">{t('signing.places')}</legend>
      <div className={classes.head}>
        <strong>{t('signing.places')}</strong>
        <Button size="compact-sm" variant="subtle" leftSection={<IconRestore size={15} aria-hidden />} disabled={places === found?.places} onClick={() => onChange(found?.places ?? {})}>{t('signing.places.reset')}</Button>
      </div>
      <ul className={classes.rows}>
        {placeKinds.map((kind) => {
          const place = places[kind];
          const name = t(`signing.place.${kind}`);
          return (
            <li key={kind}>
              <Switch size="sm" label={name} checked={place !== undefined} onChange={(event) => toggle(kind, event.currentTarget.checked)} />
              {place && (
                <>
                  <NumberInput
                    size="xs" w={74} min={1} max={Math.max(1, pages)} clampBehavior="strict" allowDecimal={false} aria-label={t('signing.place.page', { what: name })}
                    prefix={t('signing.place.page_prefix')} value={place.page + 1} onChange={(value) => typeof value === 'number' && value >= 1 && onChange(turnTo(places, kind, value - 1))}
                  />
                  <Tooltip label={t('signing.place.show')}>
                    <ActionIcon size={28} aria-label={t('signing.place.show_name', { what: name })} onClick={() => onShow(place.page)}><IconEye size={16} stroke={1.7} aria-hidden /></ActionIcon>
                  </Tooltip>
                </>
              )}
            </li>
          );
        })}
      </ul>
      <p className={classes.hint}>{t('signing.places.hint')}</p>
    </fieldset>
  );
}
