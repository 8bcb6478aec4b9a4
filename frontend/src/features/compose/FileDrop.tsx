import { ActionIcon, Progress } from '@mantine/core';
import { IconFile, IconFileTypePdf, IconFileUpload, IconPaperclip, IconRefresh, IconX } from '@tabler/icons-react';
import { useRef, useState, type DragEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { asApiError, errorText } from '@/lib/errors';
import { formatBytes } from '@/lib/format';
import type { Uploads } from './uploads';
import classes from './file-drop.module.css';

interface Props {
  uploads: Uploads;
  onFiles: (files: File[]) => void;
  /** A large place to drop the document, or one line under the list. */
  large?: boolean;
  title?: string;
  text?: string;
}

const accept = '.pdf,.doc,.docx,.xls,.xlsx,.ppt,.pptx,.odt,.ods,.odp,.rtf,.txt,.csv,.xml,.jpg,.jpeg,.png,.tif,.tiff,.zip,.rar,.7z';

/** Files by dropping or by a button, each with how far it is. */
export function FileDrop({ uploads, onFiles, large, title, text }: Props) {
  const { t } = useTranslation();
  const input = useRef<HTMLInputElement>(null);
  const { over, handlers } = useDrop(onFiles);
  return (
    <div className={classes.box} data-large={large || undefined} data-over={over || undefined} {...handlers}>
      {uploads.list.length > 0 && <FileList uploads={uploads} />}
      <button type="button" className={classes.drop} onClick={() => input.current?.click()}>
        <IconFileUpload size={large ? 34 : 17} stroke={1.5} aria-hidden />
        <span>
          <span className={classes.title}>{title ?? t('compose.drop')}</span>
          {large && <span className={classes.text}>{text ?? t('compose.drop.text')}</span>}
        </span>
      </button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        accept={accept}
        aria-label={title ?? t('compose.drop')}
        onChange={(event) => {
          onFiles([...(event.currentTarget.files ?? [])]);
          event.currentTarget.value = '';
        }}
      />
    </div>
  );
}

export function FileList({ uploads }: { uploads: Uploads }) {
  const { t } = useTranslation();
  return (
    <ul className={classes.list} aria-label={t('doc.files')}>
      {uploads.list.map((item, i) => {
        const Icon = i > 0 ? IconPaperclip : item.name.toLowerCase().endsWith('.pdf') ? IconFileTypePdf : IconFile;
        return (
          <li key={item.id} className={classes.item}>
            <Icon size={17} stroke={1.6} aria-hidden />
            <bdi className="kg-clip" title={item.name}>{item.name}</bdi>
            <span className={classes.size}>{i === 0 ? t('doc.file.main') : t('doc.file.attachment')} · {formatBytes(item.size)}</span>
            <span className={classes.tools}>
              {item.error !== undefined && asApiError(item.error).code !== 'invalid' && (
                <ActionIcon size={24} aria-label={t('compose.file.again', { name: item.name })} onClick={() => uploads.again(item)}><IconRefresh size={14} /></ActionIcon>
              )}
              <ActionIcon size={24} aria-label={t('compose.file.remove', { name: item.name })} onClick={() => uploads.remove(item.id)}><IconX size={14} /></ActionIcon>
            </span>
            {item.error !== undefined && <span role="alert" className={classes.error}>{errorText(item.error)}</span>}
            {!item.upload && item.error === undefined && (
              <Progress className={classes.progress} size={3} value={item.progress * 100} aria-label={t('compose.file.sending', { name: item.name })} />
            )}
          </li>
        );
      })}
    </ul>
  );
}

/** Files dropped anywhere on the element; the browser must not open them instead. */
export function useDrop(onFiles: (files: File[]) => void) {
  const [depth, setDepth] = useState(0);
  const stop = (event: DragEvent) => {
    event.preventDefault();
    event.stopPropagation();
  };
  return {
    over: depth > 0,
    handlers: {
      onDragEnter: (event: DragEvent) => {
        stop(event);
        setDepth((now) => now + 1);
      },
      onDragLeave: (event: DragEvent) => {
        stop(event);
        setDepth((now) => Math.max(0, now - 1));
      },
      onDragOver: stop,
      onDrop: (event: DragEvent) => {
        stop(event);
        setDepth(0);
        onFiles([...event.dataTransfer.files]);
      },
    },
  };
}
