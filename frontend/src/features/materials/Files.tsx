import { ActionIcon, Progress } from '@mantine/core';
import { IconFile, IconRefresh, IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { asApiError, errorText } from '@/lib/errors';
import { formatBytes } from '@/lib/format';
import type { Uploads } from '../compose';
import classes from './materials.module.css';

/** Files that are taken in, each with how far it is. */
export function Files({ uploads }: { uploads: Uploads }) {
  const { t } = useTranslation();
  if (uploads.list.length === 0) return null;
  return (
    <ul className={classes.files} aria-label={t('material.files')}>
      {uploads.list.map((item) => (
        <li key={item.id}>
          <IconFile size={17} stroke={1.6} aria-hidden />
          <bdi className={classes.fileName}>{item.name}</bdi>
          <span className={classes.meta}>{formatBytes(item.size)}</span>
          {item.error !== undefined && asApiError(item.error).code !== 'invalid' && (
            <ActionIcon size={24} aria-label={t('compose.file.again', { name: item.name })} onClick={() => uploads.again(item)}><IconRefresh size={14} /></ActionIcon>
          )}
          <ActionIcon size={24} aria-label={t('compose.file.remove', { name: item.name })} onClick={() => uploads.remove(item.id)}><IconX size={14} /></ActionIcon>
          {item.error !== undefined && <span role="alert" className={classes.fileError}>{errorText(item.error)}</span>}
          {!item.upload && item.error === undefined && (
            <Progress className={classes.fileBar} size={3} value={item.progress * 100} aria-label={t('compose.file.sending', { name: item.name })} />
          )}
        </li>
      ))}
    </ul>
  );
}
