import { ActionIcon, Tooltip } from '@mantine/core';
import { IconBookmark, IconBookmarkFilled, IconHighlight, IconMessagePlus, IconPencil, IconShare } from '@tabler/icons-react';
import type { ComponentType } from 'react';
import { useTranslation } from 'react-i18next';
import { colours, type Colour, type Tool } from './marks';
import classes from './reading.module.css';

interface Props {
  tool: Tool | null;
  colour: Colour;
  bookmarked: boolean;
  onTool: (tool: Tool) => void;
  onColour: (colour: Colour) => void;
  onBookmark: () => void;
  onShare: () => void;
}

/** The pens. */
export function MarkTools({ tool, colour, bookmarked, onTool, onColour, onBookmark, onShare }: Props) {
  const { t } = useTranslation();
  return (
    <div className={classes.pens} role="toolbar" aria-label={t('reading.tools')}>
      <Pen label={t('reading.tool.highlight')} keys="H" icon={IconHighlight} pressed={tool === 'highlight'} onClick={() => onTool('highlight')} />
      <Pen label={t('reading.tool.ink')} keys="I" icon={IconPencil} pressed={tool === 'ink'} onClick={() => onTool('ink')} />
      <Pen label={t('reading.tool.note')} keys="N" icon={IconMessagePlus} pressed={tool === 'note'} onClick={() => onTool('note')} />
      <span className={classes.colours} role="radiogroup" aria-label={t('reading.colour')}>
        {colours.map((each) => (
          <input
            key={each} type="radio" name="reading-colour" className={classes.colour} data-colour={each} checked={each === colour}
            aria-label={t(`reading.colour.${each}`)} title={t(`reading.colour.${each}`)} onChange={() => onColour(each)}
          />
        ))}
      </span>
      <Pen label={t(bookmarked ? 'reading.bookmark.off' : 'reading.bookmark.on')} keys="B" icon={bookmarked ? IconBookmarkFilled : IconBookmark} pressed={bookmarked} onClick={onBookmark} />
      <Pen label={t('reading.share')} icon={IconShare} onClick={onShare} />
    </div>
  );
}

interface PenProps {
  label: string;
  keys?: string;
  icon: ComponentType<{ size?: number; stroke?: number }>;
  pressed?: boolean;
  onClick: () => void;
}

function Pen({ label, keys, icon: Icon, pressed, onClick }: PenProps) {
  return (
    <Tooltip label={keys ? `${label} (${keys})` : label}>
      {/* A selection in the text stays while the button is pressed. */}
      <ActionIcon
        size={30} variant={pressed ? 'light' : 'subtle'} color={pressed ? 'cham' : 'gray'} aria-label={label} aria-pressed={pressed}
        onMouseDown={(event) => event.preventDefault()} onClick={onClick}
      >
        <Icon size={18} stroke={1.7} />
      </ActionIcon>
    </Tooltip>
  );
}
